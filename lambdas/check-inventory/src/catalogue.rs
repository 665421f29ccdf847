use std::{collections::BTreeMap, fs, io};

use order::{ErrorType, Product};

const BUNDLED: &str = include_str!("../catalogue.json");

/// The products there are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Catalogue {
    products: BTreeMap<String, Product>,
}

/// Why there is no catalogue. `origin` is where it was read from.
#[derive(Debug, thiserror::Error)]
pub enum CatalogueError {
    /// The file cannot be read.
    #[error("`CATALOGUE` names the file `{path}`, which cannot be read: {source}")]
    Unreadable {
        /// The file.
        path: String,
        /// Why.
        source: io::Error,
    },
    /// It is not a list of products.
    #[error("{origin} is not a list of products: {source}")]
    Malformed {
        /// Where it was read from.
        origin: String,
        /// What is wrong, and where.
        source: serde_json::Error,
    },
    /// Two products share an id.
    #[error("{origin} has two products `{product_id}`")]
    Duplicate {
        /// Where it was read from.
        origin: String,
        /// The id.
        product_id: String,
    },
}

impl ErrorType for CatalogueError {
    fn error_type(&self) -> &'static str {
        "InvalidCatalogue"
    }
}

impl Catalogue {
    /// Reads the catalogue that the environment variable `CATALOGUE` stands for: JSON if it starts with `[` or `{`, otherwise
    /// the path of a JSON file. Without it, or where it is empty, the catalogue is the bundled one.
    ///
    /// The JSON is a list of products: `[{"product_id": "123", "name": "Walnut desk organiser", "unit_price": {"minor_units":
    /// 2499, "currency": "EUR"}, "stock": 400}]`.
    ///
    /// # Errors
    /// The file cannot be read, it is not a list of products, or a product_id occurs twice.
    pub fn load(setting: Option<&str>) -> Result<Catalogue, CatalogueError> {
        match setting.map(str::trim) {
            None | Some("") => parse(BUNDLED, "the bundled catalogue"),
            Some(json) if json.starts_with(['[', '{']) => parse(json, "`CATALOGUE`"),
            Some(path) => {
                let text = fs::read_to_string(path).map_err(|source| CatalogueError::Unreadable {
                    path: path.to_owned(),
                    source,
                })?;
                parse(&text, &format!("`{path}`, which `CATALOGUE` names,"))
            }
        }
    }

    pub(crate) fn product(&self, product_id: &str) -> Option<&Product> {
        self.products.get(product_id)
    }
}

fn parse(json: &str, origin: &str) -> Result<Catalogue, CatalogueError> {
    let list: Vec<Product> = serde_json::from_str(json).map_err(|source| CatalogueError::Malformed {
        origin: origin.to_owned(),
        source,
    })?;
    let mut products = BTreeMap::new();
    for product in list {
        if let Some(first) = products.insert(product.product_id.clone(), product) {
            return Err(CatalogueError::Duplicate {
                origin: origin.to_owned(),
                product_id: first.product_id,
            });
        }
    }
    Ok(Catalogue { products })
}
