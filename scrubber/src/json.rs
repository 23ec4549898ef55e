//! A flat index over the bytes of one JSON record.
