use object::elf;

use super::{Architecture, check, fixture::Fixture};

/// `expected` is the libraries that may be missing, or the problem.
fn verify(fixture: &Fixture, architecture: Architecture, expected: Result<&[&str], &str>) {
    let outcome = check(&fixture.bytes(), architecture).map_err(|problem| problem.to_string());
    let outcome = outcome.map(|libraries| libraries.into_iter().collect::<Vec<_>>());
    let expected = expected.map(|libraries| libraries.iter().map(|name| (*name).to_owned()).collect());
    assert_eq!(outcome, expected.map_err(str::to_owned));
}

fn for_x86_64(fixture: &Fixture, expected: Result<&[&str], &str>) {
    verify(fixture, Architecture::X86_64, expected);
}

#[test]
fn one_that_needs_no_more_than_the_runtime_has() {
    for_x86_64(&Fixture::default(), Ok(&[]));
}

#[test]
fn one_for_arm64() {
    let fixture = Fixture {
        machine: elf::EM_AARCH64,
        loader: Some("/lib/ld-linux-aarch64.so.1"),
        ..Fixture::default()
    };
    verify(&fixture, Architecture::Arm64, Ok(&[]));
    for_x86_64(&fixture, Err("is compiled for arm64, not for x86_64"));
}

#[test]
fn a_static_one() {
    let fixture = Fixture {
        file_type: elf::ET_EXEC,
        loader: None,
        libraries: &[],
        symbols: &[],
        ..Fixture::default()
    };
    for_x86_64(&fixture, Ok(&[]));
}

#[test]
fn a_newer_glibc_is_named_with_its_symbols() {
    let fixture = Fixture {
        symbols: &[
            ("write", "GLIBC_2.2.5"),
            ("pidfd_spawnp", "GLIBC_2.39"),
            ("__isoc23_strtol", "GLIBC_2.38"),
        ],
        ..Fixture::default()
    };
    for_x86_64(
        &fixture,
        Err("needs GLIBC_2.39 for `pidfd_spawnp`, and the runtime has 2.34"),
    );
}

#[test]
fn a_version_of_weak_symbols_alone_is_not_needed() {
    let fixture = Fixture {
        symbols: &[("write", "GLIBC_2.34"), ("pidfd_spawnp", "GLIBC_2.39?")],
        ..Fixture::default()
    };
    for_x86_64(&fixture, Ok(&[]));
}

#[test]
fn a_feature_of_a_newer_loader_is_a_newer_glibc() {
    let fixture = Fixture {
        symbols: &[("", "GLIBC_ABI_DT_RELR")],
        ..Fixture::default()
    };
    for_x86_64(&fixture, Err("needs GLIBC_ABI_DT_RELR, and the runtime has 2.34"));
}

#[test]
fn versions_of_other_libraries_are_not_glibcs() {
    let fixture = Fixture {
        symbols: &[("_Unwind_Resume", "GCC_3.0"), ("__tls_get_addr", "GLIBC_PRIVATE")],
        ..Fixture::default()
    };
    for_x86_64(&fixture, Ok(&[]));
}

#[test]
fn libraries_that_the_runtime_may_not_have() {
    let fixture = Fixture {
        libraries: &["libssl.so.3", "libc.so.6", "libm.so.6", "libpq.so.5"],
        ..Fixture::default()
    };
    for_x86_64(&fixture, Ok(&["libpq.so.5", "libssl.so.3"]));
}

#[test]
fn another_loader() {
    let fixture = Fixture {
        loader: Some("/lib/ld-musl-x86_64.so.1"),
        ..Fixture::default()
    };
    for_x86_64(
        &fixture,
        Err("is started by `/lib/ld-musl-x86_64.so.1`, which the runtime does not have"),
    );
}

#[test]
fn an_object_file() {
    let fixture = Fixture {
        file_type: elf::ET_REL,
        ..Fixture::default()
    };
    for_x86_64(&fixture, Err("is not a Linux executable"));
}

#[test]
fn an_executable_of_macos() {
    let mach_o = [0xcf, 0xfa, 0xed, 0xfe, 0x0c, 0, 0, 1];
    let problem = check(&mach_o, Architecture::Arm64).unwrap_err();
    assert_eq!(problem.to_string(), "is not a Linux executable");
}

#[test]
fn one_of_32_bits() {
    let mut bytes = Fixture {
        machine: elf::EM_ARM,
        ..Fixture::default()
    }
    .bytes();
    bytes[4] = elf::ELFCLASS32.0;
    let problem = check(&bytes, Architecture::Arm64).unwrap_err();
    assert_eq!(problem.to_string(), "is compiled for arm (32 bits), not for arm64");
}

#[test]
fn one_cut_short_anywhere_is_no_panic() {
    let bytes = Fixture::default().bytes();
    for length in 0..bytes.len() {
        let _ = check(&bytes[..length], Architecture::X86_64);
    }
}
