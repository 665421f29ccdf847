//! The Lambda function around [`confirm_order::handle`].

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    order::serve(|request, _| confirm_order::handle(request)).await
}
