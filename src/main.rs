//! The program: parse the command line, run.

use clap::Parser;
use std::process::ExitCode;
use std::time::Duration;
use tokio::runtime::Runtime;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// A task that does not end by itself cannot keep the program longer than this.
const LAST_WORK: Duration = Duration::from_secs(2);

fn main() -> ExitCode {
    let cli = kirana::cli::Cli::parse();
    let ended = Runtime::new().map_err(Into::into).and_then(|runtime| {
        let ended = runtime.block_on(kirana::cli::run(cli));
        runtime.shutdown_timeout(LAST_WORK);
        ended
    });
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("kirana: {why}");
            ExitCode::FAILURE
        }
    }
}
