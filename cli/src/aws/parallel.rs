use std::sync::Arc;

use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::Error;

/// How many calls are under way at most. Far below what the services allow in a second.
pub(super) const CALLS: usize = 12;

/// Runs `work` for all `items`, several at a time; the results are in the order of the items.
///
/// # Errors
/// The first error; what is under way then is dropped.
pub(super) async fn for_each<I, T, F>(
    items: impl IntoIterator<Item = I>,
    work: impl Fn(I) -> F,
) -> Result<Vec<T>, Error>
where
    T: Send + 'static,
    F: Future<Output = Result<T, Error>> + Send + 'static,
{
    let permits = Arc::new(Semaphore::new(CALLS));
    let mut tasks = JoinSet::new();
    for (place, item) in items.into_iter().enumerate() {
        let permits = Arc::clone(&permits);
        let task = work(item);
        tasks.spawn(async move {
            let _permit = permits.acquire().await;
            (place, task.await)
        });
    }
    let mut results = Vec::new();
    while let Some(joined) = tasks.join_next().await {
        match joined {
            Ok((place, result)) => results.push((place, result?)),
            Err(error) => resume(error),
        }
    }
    results.sort_by_key(|(place, _)| *place);
    Ok(results.into_iter().map(|(_, result)| result).collect())
}

/// A panic in a task goes on in whoever waits for it; nothing here cancels a task that is waited for.
pub(super) fn resume(error: tokio::task::JoinError) {
    if let Ok(panic) = error.try_into_panic() {
        std::panic::resume_unwind(panic);
    }
}
