//! The Lambda function around [`check_inventory::handle`].

use check_inventory::Catalogue;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    let setting = std::env::var("CATALOGUE").ok();
    let catalogue = order::initialised(Catalogue::load(setting.as_deref())).await?;
    order::serve(|request, _| check_inventory::handle(request, &catalogue)).await
}
