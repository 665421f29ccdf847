//! A custom runtime in plain `std`, as small as the Runtime API allows, with a handler that does what its event says.
//! The tests and benchmarks of this crate run it as their `bootstrap`.
//!
//! The environment variable `INIT` says what happens before the first poll, the event `{"do": ..., "with": ...}` what
//! happens then.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::exit,
    clippy::panic,
    reason = "this is what it is for"
)]
#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a runtime that cannot go on has nobody to tell but its exit status"
)]

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Command, abort, exit};
use std::thread::sleep;
use std::time::Duration;

use serde_json::{Value, json};

pub(crate) fn main() {
    initialise(&std::env::var("INIT").unwrap_or_default());
    let mut served = 0;
    loop {
        let (headers, event) = next();
        served += 1;
        let id = headers
            .get("lambda-runtime-aws-request-id")
            .cloned()
            .unwrap_or_default();
        let answer = handle(&event, &headers, &id, served);
        if let Some((path, body)) = answer {
            let status = post(&format!("invocation/{id}/{path}"), &body);
            println!("posted {path}: {status}");
            after_answering(&event);
        }
    }
}

fn initialise(init: &str) {
    println!("initialising {init}");
    let (what, with) = init.split_once(' ').unwrap_or((init, "0"));
    let with: u64 = with.parse().unwrap();
    match what {
        "" => {}
        "exit" => exit(with.try_into().unwrap()),
        "abort" => abort(),
        "sleep" => sleep(Duration::from_millis(with)),
        "error" => {
            println!(
                "{}",
                post(
                    "init/error",
                    br#"{"errorType":"Init.Broken","errorMessage":"no catalogue"}"#
                )
            );
            exit(1);
        }
        "garbage" => {
            let mut stream = connect();
            stream.write_all(b"\x16\x03\x01 nonsense\r\n\r\n").unwrap();
            let mut answer = String::new();
            stream.read_to_string(&mut answer).unwrap();
            println!("{}", answer.lines().next().unwrap_or("nothing"));
            sleep(Duration::from_secs(3600));
        }
        other => panic!("unknown INIT {other}"),
    }
}

/// The path and body to post, if any.
fn handle(event: &Value, headers: &BTreeMap<String, String>, id: &str, served: u32) -> Option<(&'static str, Vec<u8>)> {
    let with = &event["with"];
    let value = match event["do"].as_str().unwrap_or_default() {
        "echo" => with.clone(),
        what if what.ends_with("after answering") => with.clone(),
        "headers" => json!(headers),
        "environment" => json!(std::env::vars().collect::<BTreeMap<_, _>>()),
        "directory" => json!(std::env::current_dir().unwrap()),
        "who" => json!({ "pid": std::process::id(), "served": served }),
        "sleep" => {
            sleep(milliseconds(with));
            json!({ "pid": std::process::id(), "served": served })
        }
        "print" => {
            print!("{}", with.as_str().unwrap_or_default());
            eprintln!("and to standard error");
            Value::Null
        }
        "flood" => loop {
            println!("more and more");
        },
        "raw" => return Some(("response", with.as_str().unwrap_or_default().into())),
        "big" => {
            return Some((
                "response",
                vec![b' '; with.as_u64().unwrap_or_default().try_into().unwrap()],
            ));
        }
        "error" => return Some(("error", with.to_string().into_bytes())),
        "exit" => exit(with.as_i64().unwrap_or_default().try_into().unwrap()),
        "abort" => abort(),
        "panic" => panic!("handler panicked"),
        "hang" => loop {
            sleep(Duration::from_secs(3600));
        },
        "stream" => return stream(id, with.as_str().unwrap_or_default()),
        "leave a child" => {
            #[expect(clippy::zombie_processes, reason = "the host has to end it")]
            let child = Command::new("/bin/sleep").arg("3600").spawn().unwrap();
            json!({ "pid": std::process::id(), "child": child.id() })
        }
        "ask" => ask(with, id),
        other => panic!("unknown event {other:?}"),
    };
    Some(("response", value.to_string().into_bytes()))
}

fn after_answering(event: &Value) {
    match event["do"].as_str().unwrap_or_default() {
        "exit after answering" => exit(0),
        "poll in vain after answering" => {
            let _unread = poll();
            sleep(milliseconds(&event["with"]));
        }
        "work after answering" => {
            sleep(milliseconds(&event["with"]));
            println!("worked after answering");
        }
        _ => {}
    }
}

/// Makes requests as a faulty runtime would, and prints the answers to them.
fn ask(requests: &Value, id: &str) -> Value {
    for request in requests.as_array().unwrap() {
        println!("{}", send(&request.as_str().unwrap().replace("{id}", id), b"{}"));
    }
    Value::Null
}

/// A chunked response; the part after `!` goes into a trailer that reports an error.
fn stream(id: &str, content: &str) -> Option<(&'static str, Vec<u8>)> {
    let (content, error) = content.split_once('!').unwrap_or((content, ""));
    let mut stream = connect();
    let head = format!(
        "POST /2018-06-01/runtime/invocation/{id}/response HTTP/1.1\r\nHost: runtime\r\n\
         Lambda-Runtime-Function-Response-Mode: streaming\r\nTransfer-Encoding: chunked\r\n\
         Trailer: Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).unwrap();
    for piece in content.split_inclusive(' ') {
        write!(stream, "{:x}\r\n{piece}\r\n", piece.len()).unwrap();
    }
    if error.is_empty() {
        stream.write_all(b"0\r\n\r\n").unwrap();
    } else {
        let trailers = "Lambda-Runtime-Function-Error-Type: Streamed\r\nLambda-Runtime-Function-Error-Body";
        write!(stream, "0\r\n{trailers}: {error}\r\n\r\n").unwrap();
    }
    read_response(stream);
    None
}

fn next() -> (BTreeMap<String, String>, Value) {
    let (_, headers, body) = read_response(poll());
    let event = serde_json::from_slice(&body).expect("an event that is JSON");
    (headers, event)
}

fn poll() -> TcpStream {
    let mut stream = connect();
    stream
        .write_all(b"GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: runtime\r\n\r\n")
        .unwrap();
    stream
}

fn post(path: &str, body: &[u8]) -> String {
    send(&format!("POST /2018-06-01/runtime/{path}"), body)
}

/// The status code and body of the answer, in one text.
fn send(request: &str, body: &[u8]) -> String {
    let mut stream = connect();
    write!(
        stream,
        "{request} HTTP/1.1\r\nHost: runtime\r\nContent-Length: {}\r\n\r\n",
        body.len()
    )
    .unwrap();
    stream.write_all(body).unwrap();
    let (status, _, body) = read_response(stream);
    format!("{status} {}", String::from_utf8_lossy(&body))
}

fn connect() -> TcpStream {
    TcpStream::connect(std::env::var("AWS_LAMBDA_RUNTIME_API").unwrap()).unwrap()
}

fn read_response(stream: TcpStream) -> (String, BTreeMap<String, String>, Vec<u8>) {
    let mut reader = BufReader::new(stream);
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        match line.trim_end() {
            "" => break,
            line => lines.push(line.to_owned()),
        }
    }
    let status = lines
        .first()
        .and_then(|line| line.split(' ').nth(1))
        .unwrap_or_default()
        .to_owned();
    let headers: BTreeMap<String, String> = lines
        .iter()
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    let length = headers
        .get("content-length")
        .map_or(0, |length| length.parse().unwrap());
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    (status, headers, body)
}

fn milliseconds(value: &Value) -> Duration {
    Duration::from_millis(value.as_u64().unwrap_or_default())
}
