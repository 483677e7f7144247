package io.gpuinfer.benchmarks.capacity;

import io.gpuinfer.engine.InferenceSession;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.serving.InferenceRequest;
import io.gpuinfer.serving.InferenceResult;
import io.gpuinfer.serving.ModelServer;
import io.gpuinfer.serving.Priority;
import io.gpuinfer.serving.ServerConfig;
import io.gpuinfer.serving.ServerListener;
import io.gpuinfer.serving.device.SystemThreads;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The server as an application has it: the one place that knows how one is made. */
final class ServerUnderCheck implements AutoCloseable {

  private final ExecutorService completions = Executors.newFixedThreadPool(2);
  private final ModelServer server;

  /**
   * @param session is closed with this
   * @param callers that may wait at once
   */
  ServerUnderCheck(String name, InferenceSession session, int maxBatch, int callers) {
    ServerConfig config =
        ServerConfig.builder(name, "1").queueCapacity(callers).maxBatchSize(maxBatch).build();
    server =
        new ModelServer(
            config, List.of(() -> session), new SystemThreads(completions), ServerListener.NONE);
  }

  CompletableFuture<InferenceResult> submit(Map<String, Tensor> inputs) {
    return server.submit(new InferenceRequest(inputs, Priority.NORMAL, Long.MAX_VALUE));
  }

  @Override
  public void close() {
    server.close();
    completions.shutdown();
  }
}
