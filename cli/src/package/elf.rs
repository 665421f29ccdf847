//! What an executable asks of the machine it runs on, read from its ELF headers.

#[cfg(test)]
mod fixture;
#[cfg(test)]
mod tests;

use std::{
    cmp::Ordering,
    collections::{BTreeMap, BTreeSet},
};

use object::{
    Endianness,
    elf::{self, FileHeader32, FileHeader64},
    read::elf::{FileHeader, ProgramHeader, SectionTable, Sym},
};
use stack::Architecture;

/// The glibc of the runtime `provided.al2023`.
///
/// <https://docs.aws.amazon.com/linux/al2023/ug/core-glibc.html>
pub(super) const RUNTIME_GLIBC: &str = "2.34";

/// Libraries that belong to glibc or to the compiler, which the runtime has.
const RUNTIME_LIBRARIES: &[&str] = &[
    "ld-linux-aarch64.so.1",
    "ld-linux-x86-64.so.2",
    "libanl.so.1",
    "libc.so.6",
    "libdl.so.2",
    "libgcc_s.so.1",
    "libm.so.6",
    "libmvec.so.1",
    "libpthread.so.0",
    "libresolv.so.2",
    "librt.so.1",
    "libutil.so.1",
];

/// How many symbols are named as examples.
const EXAMPLES: usize = 3;

/// Why an executable cannot run on Lambda.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// It is not for Linux.
    #[error("is not a Linux executable")]
    NotElf,
    /// Its headers contradict themselves.
    #[error("is a damaged executable: {0}")]
    Damaged(String),
    /// It is for another processor.
    #[error("is compiled for {found}, not for {expected}")]
    Architecture {
        /// The processor it is for.
        found: String,
        /// The processor it should be for.
        expected: Architecture,
    },
    /// It is started by a program that the runtime does not have, such as another C library's.
    #[error("is started by `{0}`, which the runtime does not have")]
    Loader(String),
    /// It needs a glibc newer than the runtime's.
    #[error("needs {version}{}, and the runtime has {RUNTIME_GLIBC}", examples(.symbols))]
    Glibc {
        /// The highest version it needs, such as `GLIBC_2.38`.
        version: String,
        /// Symbols it needs of that version, a few of them.
        symbols: Vec<String>,
    },
}

impl Problem {
    /// Whether the same program can be linked for an older system.
    pub(super) fn is_of_the_link(&self) -> bool {
        matches!(self, Problem::Loader(_) | Problem::Glibc { .. })
    }
}

fn examples(symbols: &[String]) -> String {
    let quoted: Vec<String> = symbols.iter().map(|symbol| format!("`{symbol}`")).collect();
    match quoted.is_empty() {
        true => String::new(),
        false => format!(" for {}", quoted.join(", ")),
    }
}

/// Looks whether the executable runs on the runtime, and gives the libraries it needs that the runtime may not have.
pub(super) fn check(data: &[u8], architecture: Architecture) -> Result<BTreeSet<String>, Problem> {
    if !data.starts_with(&elf::ELFMAG) {
        return Err(Problem::NotElf);
    }
    let header = match FileHeader64::<Endianness>::parse(data) {
        Ok(header) => header,
        Err(_) => return Err(of_32_bits(data, architecture)),
    };
    let endian = header.endian().map_err(damaged)?;
    if !matches!(header.e_type(endian), elf::ET_EXEC | elf::ET_DYN) {
        return Err(Problem::NotElf);
    }
    is_for(header.e_machine(endian), architecture)?;
    let executable = Executable {
        header,
        endian,
        data,
        sections: header.sections(endian, data).map_err(damaged)?,
    };
    executable.check_loader(architecture)?;
    executable.check_glibc()?;
    executable.foreign_libraries().map_err(damaged)
}

fn damaged(error: object::read::Error) -> Problem {
    Problem::Damaged(error.to_string())
}

fn of_32_bits(data: &[u8], architecture: Architecture) -> Problem {
    match FileHeader32::<Endianness>::parse(data).and_then(|header| Ok(header.e_machine(header.endian()?))) {
        Ok(machine) => Problem::Architecture {
            found: format!("{} (32 bits)", machine_name(machine)),
            expected: architecture,
        },
        Err(error) => damaged(error),
    }
}

fn is_for(machine: elf::Machine, architecture: Architecture) -> Result<(), Problem> {
    let expected = match architecture {
        Architecture::X86_64 => elf::EM_X86_64,
        Architecture::Arm64 => elf::EM_AARCH64,
    };
    match machine == expected {
        true => Ok(()),
        false => Err(Problem::Architecture {
            found: machine_name(machine),
            expected: architecture,
        }),
    }
}

fn machine_name(machine: elf::Machine) -> String {
    match machine {
        elf::EM_X86_64 => Architecture::X86_64.to_string(),
        elf::EM_AARCH64 => Architecture::Arm64.to_string(),
        elf::EM_386 => "x86".to_owned(),
        elf::EM_ARM => "arm".to_owned(),
        elf::EM_RISCV => "riscv".to_owned(),
        other => format!("processor {}", other.0),
    }
}

struct Executable<'data> {
    header: &'data FileHeader64<Endianness>,
    endian: Endianness,
    data: &'data [u8],
    sections: SectionTable<'data, FileHeader64<Endianness>>,
}

impl Executable<'_> {
    /// A static executable has no loader.
    fn check_loader(&self, architecture: Architecture) -> Result<(), Problem> {
        let runtimes = match architecture {
            Architecture::X86_64 => "/lib64/ld-linux-x86-64.so.2",
            Architecture::Arm64 => "/lib/ld-linux-aarch64.so.1",
        };
        for segment in self.header.program_headers(self.endian, self.data).map_err(damaged)? {
            let loader = segment.interpreter(self.endian, self.data).map_err(damaged)?;
            if let Some(loader) = loader.filter(|loader| *loader != runtimes.as_bytes()) {
                return Err(Problem::Loader(text(loader)));
            }
        }
        Ok(())
    }

    fn check_glibc(&self) -> Result<(), Problem> {
        let versions = self.glibc_versions().map_err(damaged)?;
        let highest = versions.iter().max_by(|(_, one), (_, other)| by_number(one, other));
        match highest {
            Some((index, version)) if by_number(version, RUNTIME_GLIBC).is_gt() => Err(Problem::Glibc {
                version: format!("GLIBC_{version}"),
                symbols: self.symbols_of(*index).map_err(damaged)?,
            }),
            _ => Ok(()),
        }
    }

    /// The versions of glibc without which the loader refuses the executable, by their index. Those that only weak
    /// symbols have are marked as weak, and the loader does without.
    fn glibc_versions(&self) -> object::read::Result<BTreeMap<u16, String>> {
        let mut versions = BTreeMap::new();
        let Some((mut needs, strings)) = self.sections.gnu_verneed(self.endian, self.data)? else {
            return Ok(versions);
        };
        let strings = self.sections.strings(self.endian, self.data, strings)?;
        while let Some((_, mut entries)) = needs.next()? {
            while let Some(entry) = entries.next()? {
                let name = text(entry.name(self.endian, strings)?);
                let weak = entry.vna_flags.get(self.endian).contains(elf::VER_FLG_WEAK);
                if let Some(version) = name.strip_prefix("GLIBC_").filter(|_| !weak) {
                    versions.insert(entry.vna_other(self.endian).index().0, version.to_owned());
                }
            }
        }
        Ok(versions)
    }

    fn symbols_of(&self, version: u16) -> object::read::Result<Vec<String>> {
        let Some(versions) = self.sections.versions(self.endian, self.data)? else {
            return Ok(Vec::new());
        };
        let symbols = self.sections.symbols(self.endian, self.data, elf::SHT_DYNSYM)?;
        let undefined = symbols
            .enumerate()
            .filter(|(_, symbol)| symbol.is_undefined(self.endian));
        let of_version =
            undefined.filter(|(index, _)| versions.version_index(self.endian, *index).index().0 == version);
        let names = of_version.map(|(_, symbol)| symbols.symbol_name(self.endian, symbol).map(text));
        let named = names.filter(|name| name.as_ref().map_or(true, |name| !name.is_empty()));
        named.take(EXAMPLES).collect()
    }

    fn foreign_libraries(&self) -> object::read::Result<BTreeSet<String>> {
        let dynamic = self.sections.dynamic_table(self.endian, self.data)?;
        let needed = dynamic.iter().filter(|entry| entry.tag == elf::DT_NEEDED);
        let names = needed.map(|entry| dynamic.string(entry).map(text));
        let foreign = |name: &String| !RUNTIME_LIBRARIES.contains(&name.as_str());
        names.filter(|name| name.as_ref().map_or(true, foreign)).collect()
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Compares versions such as `2.2.5`. A name that is no number stands for a feature of the loader that came after the
/// runtime's glibc, such as `ABI_DT_RELR`; `PRIVATE` is in every glibc.
fn by_number(one: &str, other: &str) -> Ordering {
    rank(one).cmp(&rank(other))
}

fn rank(version: &str) -> Vec<u32> {
    match version.split('.').map(str::parse).collect() {
        Ok(numbers) => numbers,
        Err(_) if version == "PRIVATE" => Vec::new(),
        Err(_) => vec![u32::MAX],
    }
}
