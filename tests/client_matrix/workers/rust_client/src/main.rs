//! Connects as it is told, line by line of JSON, and says whether the server saw TLS, or the error.

mod connectors;

use std::error::Error;
use std::io::BufRead;
use std::time::Duration;

use connectors::{Failure, NativeTls, OpenSsl};
use serde_json::{json, Value};
use tokio_postgres::tls::MakeTlsConnect;
use tokio_postgres::{Config, NoTls, Socket};

const QUESTION: &str = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()";

async fn ask<T>(config: Config, tls: T) -> Result<bool, Failure>
where
    T: MakeTlsConnect<Socket>,
    T::Stream: Send + 'static,
{
    let (client, connection) = config.connect(tls).await?;
    let driven = tokio::spawn(connection);
    let seen = client.query_one(QUESTION, &[]).await?.get(0);
    driven.abort();
    Ok(seen)
}

/// What it refuses before it looks for any host, such as another number of ports than of hosts.
async fn refused_at_once(config: Config) -> Result<bool, Failure> {
    match tokio::time::timeout(Duration::ZERO, config.connect(NoTls)).await {
        Ok(Err(error)) if told(&error).contains("invalid configuration") => Err(error.into()),
        _ => Ok(false),
    }
}

async fn connect(asked: &Value) -> Result<bool, Failure> {
    let mut config: Config = asked["text"].as_str().unwrap_or_default().parse()?;
    if asked["parse"] == true {
        return refused_at_once(config).await;
    }
    config.connect_timeout(Duration::from_secs(10));
    let options = &asked["options"];
    let roots = match options["ca"].as_str() {
        Some(path) => std::fs::read(path)?,
        None => Vec::new(),
    };
    let danger = |name: &str| options[name] == true;
    let verifies = !danger("danger_accept_invalid_certs");
    let names = !danger("danger_accept_invalid_hostnames");
    match options["connector"].as_str().unwrap_or_default() {
        "NoTls" => ask(config, NoTls).await,
        "openssl" => ask(config, OpenSsl::new(&roots, verifies, names)?).await,
        "native-tls" => ask(config, NativeTls::new(&roots, verifies, names)?).await,
        other => Err(format!("no connector {other}").into()),
    }
}

fn told(error: &dyn Error) -> String {
    match error.source() {
        Some(cause) => format!("{error} <- {}", told(cause)),
        None => error.to_string(),
    }
}

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    for line in std::io::stdin().lock().lines() {
        let asked: Value = serde_json::from_str(&line.unwrap()).unwrap();
        let answer = match runtime.block_on(connect(&asked)) {
            Ok(tls) => json!({ "tls": tls }),
            Err(error) => json!({ "error": told(error.as_ref()) }),
        };
        println!("{answer}");
    }
}
