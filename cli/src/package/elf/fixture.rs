//! Executables of headers alone.

use object::{
    Endianness,
    elf::{self, VersionFlags, VersionIndex},
    write::elf::{FileHeader, ProgramHeader, SinglePhase, Sym, Vernaux, Verneed, Writer},
};

/// What an executable says of itself.
pub(super) struct Fixture {
    pub(super) machine: elf::Machine,
    pub(super) file_type: elf::FileType,
    pub(super) loader: Option<&'static str>,
    pub(super) libraries: &'static [&'static str],
    /// Undefined symbols of libc with their versions; a version of weak symbols alone ends with `?`.
    pub(super) symbols: &'static [(&'static str, &'static str)],
}

impl Default for Fixture {
    fn default() -> Fixture {
        Fixture {
            machine: elf::EM_X86_64,
            file_type: elf::ET_DYN,
            loader: Some("/lib64/ld-linux-x86-64.so.2"),
            libraries: &["libc.so.6", "libgcc_s.so.1"],
            symbols: &[("write", "GLIBC_2.2.5"), ("__libc_start_main", "GLIBC_2.34")],
        }
    }
}

impl Fixture {
    pub(super) fn bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut writer = Writer::new_single_phase(Endianness::Little, true, &mut bytes);
        let header = FileHeader {
            os_abi: elf::ELFOSABI_NONE,
            abi_version: 0,
            e_type: self.file_type,
            e_machine: self.machine,
            e_entry: 0,
            e_flags: elf::FileFlags(0),
        };
        writer.write_file_header(&header).unwrap();
        let segments = u32::from(self.loader.is_some());
        writer.write_program_headers_placeholder(segments);
        let loader: Vec<ProgramHeader> = self
            .loader
            .iter()
            .map(|loader| write_loader(&mut writer, loader))
            .collect();
        self.write_symbols(&mut writer);
        self.write_libraries(&mut writer);
        writer.write_dynstr().unwrap();
        writer.write_shstrtab().unwrap();

        writer.write_null_section_header();
        writer.write_dynstr_section_header(0);
        writer.write_dynsym_section_header(0, 1);
        writer.write_gnu_versym_section_header(0);
        writer.write_gnu_verneed_section_header(0);
        writer.write_dynamic_section_header(0);
        writer.write_shstrtab_section_header();

        let mut headers = Vec::new();
        writer.write_headers_to(&mut headers, &loader).unwrap();
        bytes.splice(..headers.len(), headers);
        bytes
    }

    fn write_symbols(&self, writer: &mut Writer<'_, SinglePhase>) {
        writer.write_null_dynamic_symbol();
        for (name, _) in self.symbols {
            let name = writer.add_dynamic_string(name.as_bytes());
            let symbol = Sym {
                section: None,
                st_name: writer.dynamic_string_offset(Some(name)),
                st_info: elf::SymbolInfo(elf::STB_GLOBAL.0 << 4),
                st_other: elf::SymbolOther(0),
                st_shndx: elf::SHN_UNDEF,
                st_value: 0,
                st_size: 0,
            };
            writer.write_dynamic_symbol(&symbol);
        }
        writer.write_null_gnu_versym();
        for index in self.indices() {
            writer.write_gnu_versym(index.versym(false));
        }
        writer.write_align_gnu_verneed(1);
        let file = writer.add_dynamic_string(b"libc.so.6");
        writer.write_gnu_verneed(&Verneed {
            version: elf::VER_NEED_CURRENT,
            aux_count: self.symbols.len().try_into().unwrap(),
            file: writer.dynamic_string_offset(Some(file)),
        });
        for (index, (_, version)) in self.indices().zip(self.symbols) {
            let name = version.trim_end_matches('?');
            let flags = if name == *version {
                VersionFlags(0)
            } else {
                elf::VER_FLG_WEAK
            };
            let id = writer.add_dynamic_string(name.as_bytes());
            writer.write_gnu_vernaux(&Vernaux {
                flags,
                index,
                name: writer.dynamic_string_offset(Some(id)),
                hash: elf::hash(name.as_bytes()),
            });
        }
    }

    /// 0 and 1 have a meaning of their own.
    fn indices(&self) -> impl Iterator<Item = VersionIndex> + use<> {
        (2..).map(VersionIndex).take(self.symbols.len())
    }

    fn write_libraries(&self, writer: &mut Writer<'_, SinglePhase>) {
        writer.write_align_dynamic();
        for library in self.libraries {
            let name = writer.add_dynamic_string(library.as_bytes());
            writer.write_dynamic_string(elf::DT_NEEDED, name).unwrap();
        }
        writer.write_dynamic(elf::DT_NULL, 0).unwrap();
    }
}

fn write_loader(writer: &mut Writer<'_, SinglePhase>, loader: &str) -> ProgramHeader {
    let offset = writer.offset();
    writer.write(loader.as_bytes());
    writer.write(&[0]);
    let size = writer.offset() - offset;
    ProgramHeader {
        p_type: elf::PT_INTERP,
        p_flags: elf::PF_R,
        p_offset: offset,
        p_vaddr: 0,
        p_paddr: 0,
        p_filesz: size,
        p_memsz: size,
        p_align: 1,
    }
}
