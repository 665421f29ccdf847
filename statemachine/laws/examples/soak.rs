//! Runs random executions, many of them, and counts what they did.
//!
//! `cargo run --release -p laws --example soak -- --executions 10000000`
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::exit,
    reason = "a program of its own"
)]

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use asl::MachineType;
use clap::Parser;
use executor::{Outcome, Program, Status, Workflow};
use laws::{Broken, Dice, Life};
use rand_core::{Rng, SeedableRng};
use rand_pcg::Pcg64Mcg;

/// Runs random executions and checks the laws that all keep.
#[derive(Clone, Parser)]
struct Arguments {
    /// How many executions.
    #[arg(long, default_value_t = 10_000)]
    executions: u64,
    /// The seed of the first; the next has the next number.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Threads.
    #[arg(long, default_value_t = 1)]
    jobs: u64,
    /// How many executions each definition has.
    #[arg(long, default_value_t = 4)]
    per_definition: u64,
    /// One execution in so many is lived again, whole and split.
    #[arg(long, default_value_t = 16)]
    again: u64,
    /// Seconds without an end after which the executions of a definition count as hanging.
    #[arg(long, default_value_t = 300)]
    hang: u64,
    /// Print every seed and its definition before it is used.
    #[arg(long)]
    verbose: bool,
}

#[derive(Default)]
struct Counts {
    definitions: u64,
    refused: u64,
    executions: u64,
    again: u64,
    steps: u64,
    transitions: u64,
    events: u64,
    longest: usize,
    by_status: [u64; 4],
    by_error: BTreeMap<String, u64>,
    slowest: (Duration, u64),
}

/// What a worker is at, for the watch.
#[derive(Default)]
struct Place {
    seed: AtomicU64,
    done: AtomicU64,
}

fn main() {
    let arguments = Arguments::parse();
    let started = Instant::now();
    let places: Vec<Arc<Place>> = (0..arguments.jobs).map(|_| Arc::default()).collect();
    let (sender, receiver) = mpsc::channel();
    for (job, place) in (0..).zip(&places) {
        let (arguments, place, sender) = (arguments.clone(), Arc::clone(place), sender.clone());
        std::thread::spawn(move || drop(sender.send(work(&arguments, job, &place))));
    }
    drop(sender);
    let mut total = Counts::default();
    let mut watch = Watch::new(&places);
    let mut running = arguments.jobs;
    while running > 0 {
        match receiver.recv_timeout(Duration::from_secs(10)) {
            Ok(Ok(counts)) => {
                total.add(&counts);
                running -= 1;
            }
            Ok(Err((seed, broken))) => give_up(&format!("seed {seed}: {broken}")),
            Err(mpsc::RecvTimeoutError::Timeout) => watch.look(&arguments, started),
            Err(mpsc::RecvTimeoutError::Disconnected) => give_up("a worker panicked"),
        }
    }
    report(&arguments, &total, started.elapsed());
}

fn give_up(why: &str) -> ! {
    eprintln!("{why}");
    std::process::exit(1)
}

/// Sees that every worker goes on.
struct Watch<'a> {
    places: &'a [Arc<Place>],
    seen: Vec<(u64, Instant)>,
}

impl Watch<'_> {
    fn new(places: &[Arc<Place>]) -> Watch<'_> {
        Watch {
            places,
            seen: places.iter().map(|_| (u64::MAX, Instant::now())).collect(),
        }
    }

    fn look(&mut self, arguments: &Arguments, started: Instant) {
        let mut done = 0;
        for (place, (seed, since)) in self.places.iter().zip(&mut self.seen) {
            let now = place.seed.load(Ordering::Relaxed);
            done += place.done.load(Ordering::Relaxed);
            if now != *seed {
                (*seed, *since) = (now, Instant::now());
            } else if since.elapsed().as_secs() > arguments.hang {
                give_up(&format!("seed {now} hangs"));
            }
        }
        eprintln!(
            "{done} executions, {:.0} a second, peak {} MB",
            rate(done, started.elapsed()),
            peak_rss_mb()
        );
    }
}

fn work(arguments: &Arguments, job: u64, place: &Place) -> Result<Counts, (u64, Broken)> {
    let mut counts = Counts::default();
    let mut seed = arguments.seed + job;
    let share = arguments.executions / arguments.jobs + u64::from(job < arguments.executions % arguments.jobs);
    while counts.executions < share {
        place.seed.store(seed, Ordering::Relaxed);
        machine(arguments, seed, share, &mut counts).map_err(|broken| (seed, broken))?;
        place.done.store(counts.executions, Ordering::Relaxed);
        seed += arguments.jobs;
    }
    Ok(counts)
}

/// Makes a definition of `seed` and runs its executions.
fn machine(arguments: &Arguments, seed: u64, share: u64, counts: &mut Counts) -> Result<(), Broken> {
    let mut random = Pcg64Mcg::seed_from_u64(seed);
    let bytes = bytes(&mut random);
    let mut dice = Dice::new(&bytes);
    let (machine_type, workflow) = match dice.once_in(4) {
        true => (MachineType::Express, Workflow::Express),
        false => (MachineType::Standard, Workflow::Standard),
    };
    let mut definition = laws::definition::definition(&mut dice, machine_type);
    let mutated = dice.once_in(4);
    if mutated {
        definition = laws::mutate(&mut dice, &definition);
    }
    if arguments.verbose {
        eprintln!("seed {seed}: {definition}");
    }
    counts.definitions += 1;
    let parsed = asl::parse_as(&definition.to_string(), machine_type);
    let Some(program) = parsed.machine.and_then(|machine| Program::new(machine).ok()) else {
        counts.refused += 1;
        if mutated {
            return Ok(());
        }
        return Err(Broken(format!("it is refused: {definition}\n{:?}", parsed.diagnostics)));
    };
    let program = Arc::new(program);
    for _ in 0..arguments.per_definition.min(share - counts.executions) {
        let bytes = self::bytes(&mut random);
        let mut dice = Dice::new(&bytes);
        let start = laws::start(&mut dice, workflow);
        let begun = Instant::now();
        let life = laws::live(&mut dice, &program, start)?;
        let took = begun.elapsed();
        if took.as_secs() > 0 {
            let events = life.execution.history().len();
            eprintln!(
                "seed {seed}: {:.1} s, {events} events, peak {} MB",
                took.as_secs_f64(),
                peak_rss_mb()
            );
        }
        counts.see(&life, took, seed);
        if counts.executions.is_multiple_of(arguments.again) {
            let at = dice.below(life.steps.len().min(256));
            laws::check_again(&life)?;
            laws::check_split(&life, at)?;
            counts.again += 1;
        }
    }
    Ok(())
}

/// Up to 4 KiB, mostly few.
fn bytes(random: &mut Pcg64Mcg) -> Vec<u8> {
    let most = 64 << (random.next_u32() % 7);
    let mut bytes = vec![0; (random.next_u32() % most) as usize];
    random.fill_bytes(&mut bytes);
    bytes
}

impl Counts {
    fn see(&mut self, life: &Life, took: Duration, seed: u64) {
        let events = life.execution.history().len();
        self.executions += 1;
        self.steps += life.steps.len() as u64;
        self.events += events as u64;
        self.longest = self.longest.max(events);
        self.transitions += laws::count(&life.execution) as u64;
        self.slowest = self.slowest.max((took, seed));
        if let Some(Outcome::Failed(failure)) = life.execution.outcome() {
            let error = failure.error.as_deref().filter(|error| error.starts_with("States."));
            *self.by_error.entry(error.unwrap_or("others").to_owned()).or_default() += 1;
        }
        let status = life.execution.outcome().map(Outcome::status);
        let place = STATUSES.iter().position(|known| Some(*known) == status);
        if let Some(count) = place.and_then(|place| self.by_status.get_mut(place)) {
            *count += 1;
        }
    }

    fn add(&mut self, other: &Counts) {
        self.definitions += other.definitions;
        self.refused += other.refused;
        self.executions += other.executions;
        self.again += other.again;
        self.steps += other.steps;
        self.events += other.events;
        self.longest = self.longest.max(other.longest);
        self.transitions += other.transitions;
        self.slowest = self.slowest.max(other.slowest);
        for (error, count) in &other.by_error {
            *self.by_error.entry(error.clone()).or_default() += count;
        }
        for (count, more) in self.by_status.iter_mut().zip(other.by_status) {
            *count += more;
        }
    }
}

const STATUSES: [Status; 4] = [Status::Succeeded, Status::Failed, Status::TimedOut, Status::Aborted];

fn report(arguments: &Arguments, counts: &Counts, took: Duration) {
    println!("seed                 {}", arguments.seed);
    println!(
        "definitions          {}, {} of them mutated and refused",
        counts.definitions, counts.refused
    );
    println!("executions           {}", counts.executions);
    for (status, count) in STATUSES.iter().zip(counts.by_status) {
        println!("  {:<19}{count}", status.as_str());
    }
    for (error, count) in &counts.by_error {
        println!("  FAILED with {error:<28}{count}");
    }
    println!("lived again          {}", counts.again);
    println!("moments              {}", counts.steps);
    println!("transitions          {}", counts.transitions);
    println!(
        "events               {}, at most {} in one history",
        counts.events, counts.longest
    );
    println!(
        "slowest execution    {:.3} s, seed {}",
        counts.slowest.0.as_secs_f64(),
        counts.slowest.1
    );
    println!("peak memory          {} MB", peak_rss_mb());
    println!(
        "time                 {:.0} s, {:.0} executions a second",
        took.as_secs_f64(),
        rate(counts.executions, took)
    );
}

#[expect(clippy::cast_precision_loss, reason = "printed without a fraction")]
fn rate(count: u64, time: Duration) -> f64 {
    count as f64 / time.as_secs_f64()
}

/// The most memory this process has had, in megabytes; 0 where the system does not tell.
fn peak_rss_mb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    kilobytes.unwrap_or_default() / 1024
}
