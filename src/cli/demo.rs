//! `kirana demo`: a catalogue to look at; with `--products`, as many as a measurement needs.

use super::Stopped;
use crate::catalogue;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Grow the catalogue to this many products, made up from parts, for measuring.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(i64).range(1..=1_000_000))]
    products: Option<i64>,
}

pub async fn run(args: Args) -> Result<(), Stopped> {
    let app = super::open().await?;
    let made = catalogue::load_demo(&app).await?;
    println!("{made} products were put on the shelf.");
    if let Some(wanted) = args.products {
        let grown = catalogue::grow(&app, wanted).await?;
        println!("{grown} more were made up for measuring.");
    }
    Ok(())
}
