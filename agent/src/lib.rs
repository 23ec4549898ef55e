//! The edges, the driver and the command line of `bcce-agent`.

pub mod cli;
pub mod config;
pub mod driver;
pub mod edge;
pub mod filter;
pub mod policy;
pub mod rules;
pub mod service;
pub mod stats;
pub mod viewer;
pub mod words;
