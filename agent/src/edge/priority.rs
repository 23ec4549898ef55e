//! Lets everything else on the machine go first.

/// What service definitions ask for as well (`Nice=10`).
const NICE: i32 = 10;

/// Lowers the priority of this thread, and of those that it starts. An agent that was started by hand is as meek as a service;
/// where a service's sandbox forbids the call, its definition has lowered it. On Windows the scheduled task's definition does it.
pub fn lower() {
    #[cfg(unix)]
    if rustix::process::getpriority_process(None).is_ok_and(|now| now < NICE) {
        // A machine that refuses has the agent run as it is.
        let _ = rustix::process::setpriority_process(None, NICE);
    }
    #[cfg(not(unix))]
    let _ = NICE;
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_thread_and_what_it_starts_go_last() {
        let seen = std::thread::spawn(|| {
            lower();
            lower();
            std::thread::spawn(|| rustix::process::getpriority_process(None)).join()
        });
        assert!(matches!(seen.join(), Ok(Ok(Ok(now))) if now >= NICE));
    }
}
