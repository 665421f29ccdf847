//! What a Map has only when its processor's mode is `DISTRIBUTED`.

use crate::DataCall;
use crate::parse::expression::dynamic;
use crate::parse::template::template;
use crate::parse::{Fields, Value};
use crate::validate::fields::Allowed;
use crate::validate::{self, exclusive, words};

/// The fields of the Map.
pub(super) const MAP: Allowed = Allowed {
    always: &[
        "ItemReader",
        "ItemBatcher",
        "ResultWriter",
        "ToleratedFailureCount",
        "ToleratedFailurePercentage",
        "Label",
    ],
    jsonpath: &["ToleratedFailureCountPath", "ToleratedFailurePercentagePath"],
    ..Allowed::NONE
};

const CALL: Allowed = Allowed {
    always: &["Resource"],
    jsonpath: &["Parameters"],
    jsonata: &["Arguments"],
};

const READER_CONFIG: Allowed = Allowed {
    always: &[
        "InputType",
        "Transformation",
        "ManifestType",
        "CSVDelimiter",
        "CSVHeaderLocation",
        "CSVHeaders",
        "MaxItems",
        "ItemsPointer",
    ],
    jsonpath: &["MaxItemsPath"],
    ..Allowed::NONE
};

const BATCHER: Allowed = Allowed {
    always: &["BatchInput", "MaxItemsPerBatch", "MaxInputBytesPerBatch"],
    jsonpath: &["MaxItemsPerBatchPath", "MaxInputBytesPerBatchPath"],
    ..Allowed::NONE
};

const BATCH_SIZES: [&str; 4] = [
    "MaxItemsPerBatch",
    "MaxItemsPerBatchPath",
    "MaxInputBytesPerBatch",
    "MaxInputBytesPerBatchPath",
];

const MAX_ITEMS: u64 = 100_000_000;
const MAX_BATCH_BYTES: u64 = 262_144;
const MAX_COUNT: u64 = i64::MAX as u64;

/// How the iterations run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    Inline,
    Distributed,
}

/// `ProcessorConfig`
pub(super) fn mode(processor: &Fields<'_>) -> Mode {
    let Some(config) = processor.get("ProcessorConfig").and_then(|value| value.fields()) else {
        return Mode::Inline;
    };
    validate::fields::check(
        &config,
        &[Allowed {
            always: &["Mode", "ExecutionType"],
            ..Allowed::NONE
        }],
    );
    let word = |name: &str, known| config.get(name).and_then(|value| words::one_of(&value, known));
    let mode = word("Mode", &["INLINE", "DISTRIBUTED"]);
    word("ExecutionType", &["STANDARD", "EXPRESS"]);
    if mode == Some("DISTRIBUTED") {
        validate::fields::require(&config, &["ExecutionType"]);
        return Mode::Distributed;
    }
    refuse_inline(&config, &["ExecutionType"]);
    Mode::Inline
}

/// Checks the fields of [`MAP`]; what reads the items, and what writes the results.
pub(super) fn check(fields: &Fields<'_>, mode: Mode) -> (Option<DataCall>, Option<DataCall>) {
    if mode == Mode::Inline {
        refuse_inline(fields, &["ItemReader", "ItemBatcher", "ResultWriter"]);
        return (None, None);
    }
    validate::express::check_distributed(fields);
    let reader = with_fields(fields, "ItemReader", item_reader).flatten();
    with_fields(fields, "ItemBatcher", item_batcher);
    let writer = with_fields(fields, "ResultWriter", result_writer).flatten();
    dynamic(fields, "ToleratedFailureCount", |value| value.integer(&(0..=MAX_COUNT)));
    dynamic(fields, "ToleratedFailurePercentage", |value| {
        value.float(&(0.0..=100.0))
    });
    if let Some(label) = fields.get("Label") {
        validate::labels::check(&label);
    }
    (reader, writer)
}

fn refuse_inline(fields: &Fields<'_>, names: &[&str]) {
    for value in names.iter().filter_map(|name| fields.get(name)) {
        let help = "set `Mode` to `DISTRIBUTED` in the `ProcessorConfig` of the `ItemProcessor`";
        let message = format!("field `{}` is only supported in DISTRIBUTED mode", value.name);
        value.refuse_name(message, Some(help.to_owned()));
    }
}

fn with_fields<'a, T>(fields: &Fields<'a>, name: &str, read: fn(&Fields<'a>) -> T) -> Option<T> {
    let fields = fields.get(name).and_then(|value| value.fields())?;
    Some(read(&fields))
}

fn item_reader(reader: &Fields<'_>) -> Option<DataCall> {
    validate::fields::check(
        reader,
        &[
            CALL,
            Allowed {
                always: &["ReaderConfig"],
                ..Allowed::NONE
            },
        ],
    );
    validate::fields::require(reader, &["Resource"]);
    let call = call(reader);
    let (loads_objects, is_manifest) = with_fields(reader, "ReaderConfig", reader_config).unwrap_or_default();
    Some(DataCall {
        loads_objects,
        is_manifest,
        ..call?
    })
}

/// Whether it loads the objects that it lists, and whether it reads a manifest.
fn reader_config(config: &Fields<'_>) -> (bool, bool) {
    validate::fields::check(config, &[READER_CONFIG]);
    let word = |name: &str, known| config.get(name).and_then(|value| words::one_of(&value, known));
    let input_type = word("InputType", &["CSV", "JSON", "JSONL", "PARQUET", "MANIFEST"]);
    let transformation = word("Transformation", &["NONE", "LOAD_AND_FLATTEN"]);
    word("ManifestType", &["ATHENA_DATA", "S3_INVENTORY"]);
    word("CSVDelimiter", &["COMMA", "PIPE", "SEMICOLON", "SPACE", "TAB"]);
    word("CSVHeaderLocation", &["FIRST_ROW", "GIVEN"]);
    dynamic(config, "MaxItems", |value| value.integer(&(0..=MAX_ITEMS)));
    for header in config
        .get("CSVHeaders")
        .and_then(|value| value.items())
        .unwrap_or_default()
    {
        header.text();
    }
    config.get("ItemsPointer").and_then(|value| value.text());
    (
        transformation == Some("LOAD_AND_FLATTEN"),
        input_type == Some("MANIFEST"),
    )
}

fn item_batcher(batcher: &Fields<'_>) {
    validate::fields::check(batcher, &[BATCHER]);
    exclusive::at_least_one(batcher, &BATCH_SIZES, "MaxItemsPerBatch");
    dynamic(batcher, "MaxItemsPerBatch", |value| value.integer(&(1..=MAX_ITEMS)));
    dynamic(batcher, "MaxInputBytesPerBatch", |value| {
        value.integer(&(1..=MAX_BATCH_BYTES))
    });
    template(batcher, "BatchInput");
}

fn result_writer(writer: &Fields<'_>) -> Option<DataCall> {
    validate::fields::check(
        writer,
        &[
            CALL,
            Allowed {
                always: &["WriterConfig"],
                ..Allowed::NONE
            },
        ],
    );
    exclusive::at_least_one(writer, &["Resource", "WriterConfig"], "Resource");
    let call = call(writer);
    with_fields(writer, "WriterConfig", writer_config);
    call
}

fn writer_config(config: &Fields<'_>) {
    validate::fields::check(
        config,
        &[Allowed {
            always: &["Transformation", "OutputType"],
            ..Allowed::NONE
        }],
    );
    let word = |name: &str, known| {
        config
            .get(name)
            .and_then(|value: Value<'_>| words::one_of(&value, known))
    };
    word("Transformation", &["NONE", "COMPACT", "FLATTEN"]);
    word("OutputType", &["JSON", "JSONL"]);
}

/// Nothing where it has no `Resource`, as a writer that exports nothing.
fn call(fields: &Fields<'_>) -> Option<DataCall> {
    let resource = fields.get("Resource").and_then(|value| value.text());
    let parameters = template(fields, "Parameters");
    let arguments = template(fields, "Arguments");
    Some(DataCall {
        resource: resource?,
        arguments: arguments.or(parameters),
        loads_objects: false,
        is_manifest: false,
    })
}
