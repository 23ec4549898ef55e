//! A Parquet file without the rows of some users.
//!
//! Values and levels of each column are copied as they are, under the same schema: nothing is interpreted but the columns `user` and
//! `kind`.

use std::sync::Arc;

use parquet::basic::Compression;
use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::column::writer::{ColumnWriter, ColumnWriterImpl};
use parquet::data_type::{ByteArray, ByteArrayType, DataType};
use parquet::errors::{ParquetError, Result};
use parquet::file::metadata::ParquetMetaData;
use parquet::file::properties::WriterProperties;
use parquet::file::reader::{FileReader as _, RowGroupReader, SerializedFileReader};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::ColumnDescriptor;
use scrubber::schema::ERASURE_KIND;

use super::{Pseudonyms, RewriteError, Rewritten};

/// One column of a row group.
struct Column<T: DataType> {
    values: Vec<T::T>,
    definitions: Vec<i16>,
    repetitions: Vec<i16>,
}

/// Leaves out the rows of these users.
pub(super) fn without(bytes: &[u8], of: &Pseudonyms) -> std::result::Result<Rewritten, RewriteError> {
    let reader = SerializedFileReader::new(bytes::Bytes::copy_from_slice(bytes)).map_err(explained)?;
    let metadata = reader.metadata();
    let whose = column_of(metadata, "user").ok_or(RewriteError::NoUser)?;
    let kinds = column_of(metadata, "kind");
    let mut keep = Vec::new();
    for number in 0..metadata.num_row_groups() {
        let group = reader.get_row_group(number).map_err(explained)?;
        keep.push(kept_rows(group.as_ref(), whose, kinds, of).map_err(explained)?);
    }
    let count = |wanted: bool| keep.iter().flatten().filter(|kept| **kept == wanted).count() as u64;
    let (erased, left) = (count(false), count(true));
    match (erased, left) {
        (0, _) => Ok(Rewritten::Untouched),
        (_, 0) => Ok(Rewritten::Nothing { erased }),
        (_, _) => {
            let bytes = written(&reader, &keep).map_err(explained)?;
            Ok(Rewritten::Without { bytes, erased, left })
        }
    }
}

/// The number of the column of this name that holds one value a row.
fn column_of(metadata: &ParquetMetaData, name: &str) -> Option<usize> {
    let columns = metadata.file_metadata().schema_descr().columns();
    columns.iter().position(|column| column.path().parts() == [name] && column.max_rep_level() == 0)
}

fn kept_rows(group: &dyn RowGroupReader, whose: usize, kinds: Option<usize>, of: &Pseudonyms) -> Result<Vec<bool>> {
    let users = texts(group, whose)?;
    let kinds = kinds.map_or_else(|| Ok(vec![None; users.len()]), |kinds| texts(group, kinds))?;
    let is_theirs = |user: &Option<ByteArray>| user.as_ref().is_some_and(|user| of.has(user.data()));
    let asks = |kind: &Option<ByteArray>| kind.as_ref().is_some_and(|kind| kind.data() == ERASURE_KIND.as_bytes());
    Ok(users.iter().zip(&kinds).map(|(user, kind)| !is_theirs(user) || asks(kind)).collect())
}

/// The texts of a column, one a row.
fn texts(group: &dyn RowGroupReader, number: usize) -> Result<Vec<Option<ByteArray>>> {
    let rows = rows_of(group)?;
    let ColumnReader::ByteArrayColumnReader(reader) = group.get_column_reader(number)? else {
        return Err(ParquetError::General("a column of names holds no text".to_owned()));
    };
    let level = group.metadata().column(number).column_descr().max_def_level();
    let Column { values, definitions, .. } = Column::<ByteArrayType>::read(reader, rows)?;
    let mut values = values.into_iter();
    let is_there = |row: usize| definitions.get(row).is_none_or(|definition| *definition == level);
    Ok((0..rows).map(|row| is_there(row).then(|| values.next()).flatten()).collect())
}

fn written(reader: &SerializedFileReader<bytes::Bytes>, keep: &[Vec<bool>]) -> Result<Vec<u8>> {
    let file = reader.metadata().file_metadata();
    let properties = WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .set_key_value_metadata(file.key_value_metadata().cloned())
        .build();
    let schema = file.schema_descr().root_schema_ptr();
    let mut writer = SerializedFileWriter::new(Vec::new(), schema, Arc::new(properties))?;
    for (number, keep) in keep.iter().enumerate().filter(|(_, keep)| keep.contains(&true)) {
        let group = reader.get_row_group(number)?;
        let mut to = writer.next_row_group()?;
        for column in 0..group.num_columns() {
            let descriptor = group.metadata().column(column).column_descr_ptr();
            let mut target =
                to.next_column()?.ok_or_else(|| ParquetError::General("a column is missing".to_owned()))?;
            copy(group.get_column_reader(column)?, target.untyped(), &descriptor, keep)?;
            target.close()?;
        }
        to.close()?;
    }
    writer.into_inner()
}

fn copy(from: ColumnReader, to: &mut ColumnWriter<'_>, column: &ColumnDescriptor, keep: &[bool]) -> Result<()> {
    use ColumnReader as R;
    use ColumnWriter as W;
    match (from, to) {
        (R::BoolColumnReader(from), W::BoolColumnWriter(to)) => copy_typed(from, to, column, keep),
        (R::Int32ColumnReader(from), W::Int32ColumnWriter(to)) => copy_typed(from, to, column, keep),
        (R::Int64ColumnReader(from), W::Int64ColumnWriter(to)) => copy_typed(from, to, column, keep),
        (R::Int96ColumnReader(from), W::Int96ColumnWriter(to)) => copy_typed(from, to, column, keep),
        (R::FloatColumnReader(from), W::FloatColumnWriter(to)) => copy_typed(from, to, column, keep),
        (R::DoubleColumnReader(from), W::DoubleColumnWriter(to)) => copy_typed(from, to, column, keep),
        (R::ByteArrayColumnReader(from), W::ByteArrayColumnWriter(to)) => copy_typed(from, to, column, keep),
        (R::FixedLenByteArrayColumnReader(from), W::FixedLenByteArrayColumnWriter(to)) => {
            copy_typed(from, to, column, keep)
        }
        (_, _) => Err(ParquetError::General("a column has two types".to_owned())),
    }
}

fn copy_typed<T: DataType>(
    from: ColumnReaderImpl<T>,
    to: &mut ColumnWriterImpl<'_, T>,
    column: &ColumnDescriptor,
    keep: &[bool],
) -> Result<()> {
    let Column { values, definitions, repetitions } = Column::<T>::read(from, keep.len())?;
    let (has_definitions, has_repetitions) = (column.max_def_level() > 0, column.max_rep_level() > 0);
    let levels = if has_definitions { definitions.len() } else { values.len() };
    let mut kept = Column::<T> { values: Vec::new(), definitions: Vec::new(), repetitions: Vec::new() };
    let mut values = values.into_iter();
    let mut next_row = 0;
    for place in 0..levels {
        let repetition = repetitions.get(place).copied().unwrap_or_default();
        // A row begins where nothing is repeated.
        next_row += usize::from(repetition == 0);
        let definition = definitions.get(place).copied().unwrap_or_default();
        let value = if definition == column.max_def_level() { values.next() } else { None };
        if next_row.checked_sub(1).and_then(|row| keep.get(row)) == Some(&true) {
            kept.values.extend(value);
            kept.definitions.push(definition);
            kept.repetitions.push(repetition);
        }
    }
    if next_row != keep.len() {
        return Err(ParquetError::General("columns are of different lengths".to_owned()));
    }
    let definitions = has_definitions.then_some(kept.definitions.as_slice());
    let repetitions = has_repetitions.then_some(kept.repetitions.as_slice());
    to.write_batch(&kept.values, definitions, repetitions).map(drop)
}

impl<T: DataType> Column<T> {
    fn read(mut reader: ColumnReaderImpl<T>, rows: usize) -> Result<Self> {
        let mut column = Self { values: Vec::new(), definitions: Vec::new(), repetitions: Vec::new() };
        let Self { values, definitions, repetitions } = &mut column;
        let (read, _, _) = reader.read_records(rows, Some(definitions), Some(repetitions), values)?;
        if read == rows { Ok(column) } else { Err(ParquetError::General("a column is too short".to_owned())) }
    }
}

fn rows_of(group: &dyn RowGroupReader) -> Result<usize> {
    usize::try_from(group.metadata().num_rows()).map_err(|_| ParquetError::General("no count of rows".to_owned()))
}

/// Without the library's own text, which may quote the file.
fn explained(error: ParquetError) -> RewriteError {
    if matches!(error, ParquetError::NYI(_)) { RewriteError::Codec } else { RewriteError::Parquet }
}
