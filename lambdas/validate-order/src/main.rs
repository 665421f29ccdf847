//! The Lambda function around [`validate_order::handle`].

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    order::serve(|request, context| validate_order::handle(request, &context.request_id)).await
}
