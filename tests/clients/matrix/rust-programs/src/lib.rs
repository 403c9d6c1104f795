//! What the programs have in common.

use std::error::Error;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::pin::Pin;

pub type Checked = Result<(), Box<dyn Error>>;

/// A check by its name in the table.
pub type Check<'a> = (&'static str, Pin<Box<dyn Future<Output = Checked> + 'a>>);

/// Runs the checks in order, and prints each that holds.
pub async fn run(version: String, checks: Vec<Check<'_>>) -> Checked {
    println!("version {version}");
    for (name, check) in checks {
        check.await?;
        println!("passed {name}");
    }
    Ok(())
}

/// The version of a crate the program was built with.
pub fn version(name: &str) -> &'static str {
    let (_, package) = include_str!("../Cargo.lock")
        .split_once(&format!("name = \"{name}\"\nversion = \""))
        .expect("a crate of Cargo.lock");
    package.split('"').next().unwrap_or_default()
}

/// Asks the control interface for something.
pub fn emulator(path: &str, body: &str) -> Checked {
    let endpoint = std::env::var("AWS_ENDPOINT_URL")?;
    let host = endpoint.trim_start_matches("http://");
    let mut stream = TcpStream::connect(host)?;
    let head = format!(
        "Host: {host}\r\nConnection: close\r\nContent-Length: {}",
        body.len()
    );
    write!(
        stream,
        "POST /_emulator/{path} HTTP/1.1\r\n{head}\r\n\r\n{body}"
    )?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    Ok(())
}
