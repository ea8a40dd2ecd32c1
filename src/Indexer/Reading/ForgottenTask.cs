namespace Keystone.Indexer.Reading;

/// <summary>Tasks whose results are no longer needed.</summary>
internal static class ForgottenTask
{
    /// <summary>Observes the exception of an abandoned task, which may still fail.</summary>
    public static void Forget(this Task abandoned) => abandoned.ContinueWith(
        static failed => failed.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
}
