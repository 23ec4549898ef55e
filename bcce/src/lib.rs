//! The administrator's command: deploys the lake, says how ready it is, what usage cost and what an auditor asks, signs policies,
//! and erases what a person asks to have erased.
//!
//! Nothing of it is in the laptop's binary. Start at [`cli::run`]: each command is a file of `cli`, which alone prints; `aws` is
//! the edge to Amazon Web Services, `lake` what both kinds of lake answer.

pub mod assets;
pub mod audit;
pub mod aws;
pub mod cli;
pub mod evidence;
pub mod lake;
