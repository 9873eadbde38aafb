package ai.pancreas.cli;

import ai.pancreas.model.Model;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** A model that is loaded on a thread of its own, so that the CT can be read meanwhile. */
final class LoadingModel {
  private final FutureTask<Model> loading;

  LoadingModel(String idOrPath) {
    loading = new FutureTask<>(() -> ModelsFolder.usualRepository().find(idOrPath));
    Thread thread = new Thread(loading, "load-model");
    thread.setDaemon(true);
    thread.start();
  }

  /** The model, once it is there; throws what loading it threw. */
  Model await() {
    try {
      return loading.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw (RuntimeException) e.getCause();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
