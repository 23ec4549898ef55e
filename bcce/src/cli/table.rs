//! Tables for the terminal.

use agent::cli::output::{Output, STRONG, printable};

/// On which side of its column a cell stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Left,
    Right,
}

/// Prints a table: a head, rows, and the last row set apart where it is a sum. Cells may hold what others wrote.
///
/// # Errors
/// When stdout is closed.
pub(super) fn print(
    output: &Output,
    head: &[(&str, Side)],
    rows: &[Vec<String>],
    sum: Option<&Vec<String>>,
) -> std::io::Result<()> {
    let rows: Vec<Vec<String>> = rows.iter().map(|row| row.iter().map(|cell| printable(cell)).collect()).collect();
    let width = |(column, (name, _)): (usize, &(&str, Side))| {
        let cells = rows.iter().chain(sum).filter_map(|row: &Vec<String>| row.get(column));
        cells.map(|cell| cell.chars().count()).chain([name.len()]).max().unwrap_or_default()
    };
    let widths: Vec<usize> = head.iter().enumerate().map(width).collect();
    let line = |row: &[String]| {
        let cells = row.iter().zip(&widths).zip(head).map(|((cell, width), (_, side))| match side {
            Side::Left => format!("{cell:<width$}"),
            Side::Right => format!("{cell:>width$}"),
        });
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    let names: Vec<String> = head.iter().map(|(name, _)| (*name).to_owned()).collect();
    output.line(format_args!("{STRONG}{}{STRONG:#}", line(&names)))?;
    for row in &rows {
        output.line(line(row))?;
    }
    if let Some(sum) = sum {
        output.line(format_args!("{STRONG}{}{STRONG:#}", line(sum)))?;
    }
    Ok(())
}
