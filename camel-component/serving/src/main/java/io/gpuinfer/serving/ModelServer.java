package io.gpuinfer.serving;

import io.gpuinfer.engine.InferenceSession;
import io.gpuinfer.engine.SessionDescription;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;

/** Serves one loaded model: a bounded queue in front of one device worker. */
public final class ModelServer implements AutoCloseable {

  public ModelServer(
      String name,
      String version,
      InferenceSession session,
      int queueCapacity,
      Executor completions,
      LongSupplier clock) {}

  public CompletableFuture<InferenceResult> submit(InferenceRequest request) {
    throw new UnsupportedOperationException();
  }

  public String name() {
    throw new UnsupportedOperationException();
  }

  public String version() {
    throw new UnsupportedOperationException();
  }

  public ServerState state() {
    throw new UnsupportedOperationException();
  }

  /** Counts since the start, and what waits now. */
  public ServerCounts counts() {
    throw new UnsupportedOperationException();
  }

  public SessionDescription describe() {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {}
}
