//! The Lambda function around [`process_payment::handle`].

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    order::serve(|request, _| process_payment::handle(request)).await
}
