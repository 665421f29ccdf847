use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// One recorded case.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Case {
    pub(crate) id: String,
    pub(crate) kind: String,
    pub(crate) area: String,
    #[serde(default)]
    pub(crate) needs: Vec<String>,
    #[serde(default)]
    pub(crate) wildcards: Vec<String>,
    #[serde(rename = "type")]
    pub(crate) workflow: Option<String>,
    pub(crate) name: Option<String>,
    pub(crate) role_arn: Option<String>,
    #[serde(default)]
    pub(crate) definition: Value,
    #[serde(default)]
    pub(crate) input: Value,
    #[serde(default)]
    pub(crate) mocks: BTreeMap<String, Vec<Mock>>,
    pub(crate) expect: Value,
}

/// The answer to one call; nothing where it never came.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Mock {
    #[serde(rename = "return", default, deserialize_with = "given")]
    pub(crate) result: Option<Value>,
    #[serde(rename = "throw")]
    pub(crate) error: Option<Thrown>,
    pub(crate) at: Option<String>,
    #[serde(default, deserialize_with = "given")]
    pub(crate) submitted: Option<Value>,
    #[serde(rename = "for")]
    pub(crate) arguments: Option<Value>,
}

/// What is there, null included.
fn given<'a, D: Deserializer<'a>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Thrown {
    pub(crate) error: Option<String>,
    pub(crate) cause: Option<String>,
}

impl Case {
    pub(crate) fn needs(&self, what: &str) -> bool {
        self.needs.iter().any(|need| need == what)
    }
}

pub(crate) fn files(directory: &Path) -> Vec<PathBuf> {
    let entries = |path: &Path| {
        std::fs::read_dir(path)
            .into_iter()
            .flatten()
            .flatten()
            .map(|entry| entry.path())
    };
    let areas = entries(directory).filter(|path| path.is_dir());
    let mut files: Vec<PathBuf> = areas.flat_map(|area| entries(&area).collect::<Vec<_>>()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
    files.sort();
    files
}

pub(crate) fn read(path: &Path) -> Case {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
