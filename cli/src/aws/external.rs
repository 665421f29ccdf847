use stack::Service;

use super::call::Call;
use super::parallel::for_each;
use super::{Cloud, Error, Event};

/// Those of `names` that are no functions in this account and region. A function that the caller may not look at counts
/// as there.
///
/// # Errors
/// A call that fails for another reason.
pub async fn missing_functions(cloud: &Cloud, names: impl IntoIterator<Item = String>) -> Result<Vec<String>, Error> {
    let missing = for_each(names, |name| {
        let cloud = cloud.clone();
        async move {
            let call = Call {
                service: Service::Lambda,
                action: "GetFunctionConfiguration",
                name: &name,
            };
            let request = || cloud.lambda.get_function_configuration().function_name(&name).send();
            match cloud.call(call, request).await {
                Ok(_) => Ok(None),
                Err(error) if error.is_unavailable() => {
                    cloud.tell(&Event::Hidden {
                        what: format!("whether the function `{name}` is there"),
                        reason: error.to_string(),
                    });
                    Ok(None)
                }
                Err(error) if error.is_not_found() => Ok(Some(name)),
                Err(error) => Err(error),
            }
        }
    });
    Ok(missing.await?.into_iter().flatten().collect())
}
