use std::fs;

use order::ErrorType;
use serde_json::{Value, from_value, json, to_value};

use super::{Catalogue, Error, Response, handle};

const TWO: &str = r#"[
    {"product_id": "a", "name": "A", "unit_price": {"minor_units": 1, "currency": "EUR"}, "stock": 5},
    {"product_id": "b", "name": "B", "unit_price": {"minor_units": 2, "currency": "JPY"}, "stock": 0}
]"#;

fn outcome(catalogue: &Catalogue, product_id: &str, quantity: u16) -> Result<Response, Error> {
    handle(&from_value(request(product_id, quantity)).unwrap(), catalogue)
}

fn request(product_id: &str, quantity: u16) -> Value {
    json!({"order": {"order_id": "o-1", "customer_id": "c-1", "product_id": product_id, "quantity": quantity}})
}

#[test]
fn the_product_is_added_to_the_order() {
    let response = outcome(&Catalogue::load(Some(TWO)).unwrap(), "a", 5).unwrap();
    let mut expected = request("a", 5);
    expected["product"] =
        json!({"product_id": "a", "name": "A", "unit_price": {"minor_units": 1, "currency": "EUR"}, "stock": 5});
    assert_eq!(to_value(response).unwrap(), expected);
}

#[test]
fn an_order_that_cannot_be_met_says_why() {
    let catalogue = Catalogue::load(Some(TWO)).unwrap();
    for (product_id, quantity, error_type, message) in [
        ("c", 1, "UnknownProduct", "there is no product `c`"),
        (
            "a",
            6,
            "OutOfStock",
            "not enough of product `a`: 6 requested, 5 available",
        ),
        (
            "b",
            1,
            "OutOfStock",
            "not enough of product `b`: 1 requested, 0 available",
        ),
    ] {
        let error = outcome(&catalogue, product_id, quantity).unwrap_err();
        assert_eq!((error.error_type(), error.to_string().as_str()), (error_type, message));
    }
}

#[test]
fn the_bundled_catalogue_has_the_product_of_the_tutorial() {
    for setting in [None, Some(""), Some(" ")] {
        let catalogue = Catalogue::load(setting).unwrap();
        assert!(outcome(&catalogue, "123", 5).unwrap().product.stock > 100);
    }
}

#[test]
fn a_catalogue_may_come_from_a_file() {
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(&file, TWO).unwrap();
    let path = file.path().to_str().unwrap();
    assert_eq!(
        Catalogue::load(Some(path)).unwrap(),
        Catalogue::load(Some(TWO)).unwrap()
    );

    fs::write(&file, "[").unwrap();
    check_refused(
        path,
        &format!("`{path}`, which `CATALOGUE` names, is not a list of products: EOF while parsing a list"),
    );
}

#[test]
fn a_catalogue_that_is_none_says_why() {
    for (setting, message) in [
        (
            "/no/such/file",
            "`CATALOGUE` names the file `/no/such/file`, which cannot be read: No such file",
        ),
        (
            "{}",
            "`CATALOGUE` is not a list of products: invalid type: map, expected a sequence at line 1",
        ),
        (
            r#"[{"product_id": "a"}]"#,
            "`CATALOGUE` is not a list of products: missing field `name` at line 1 column 20",
        ),
        (&TWO.replace("\"b\"", "\"a\""), "`CATALOGUE` has two products `a`"),
        (
            &TWO.replace("\"stock\": 0", "\"stock\": -1"),
            "`CATALOGUE` is not a list of products: invalid value: integer `-1`",
        ),
    ] {
        check_refused(setting, message);
    }
}

fn check_refused(setting: &str, message: &str) {
    let error = Catalogue::load(Some(setting)).unwrap_err();
    assert_eq!(error.error_type(), "InvalidCatalogue");
    assert!(error.to_string().starts_with(message), "{error}");
}
