package io.gpuinfer.tasks.ocr;

import io.gpuinfer.engine.ModelSource;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.serving.ModelServer;
import io.gpuinfer.tasks.Calls;
import io.gpuinfer.tasks.ModelRuns;
import io.gpuinfer.tasks.ModelServers;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Tells lines that stand on their head. */
final class DirectionClassifier {

  /** Columns that the model reads. */
  static final int WIDTH = 192;

  private static final int UPSIDE_DOWN = 1;

  private final ModelServer server;
  private final int maxBatchSize;
  private final double threshold;

  DirectionClassifier(ModelServers servers, ModelSource model, OcrSettings settings) {
    this.server = servers.serveBatches("direction", model);
    this.maxBatchSize = servers.options().maxBatchSize();
    this.threshold = settings.turnScore();
  }

  /** Marks the lines that are to be turned. */
  CompletableFuture<Void> mark(List<TextLine> lines, Tensor strip, ModelRuns runs) {
    return Calls.inTurn(
        LineBatch.of(lines, maxBatchSize, line -> WIDTH),
        batch ->
            runs.run(server, batch.inputs(server, strip, TextLine::squeezed))
                .thenAccept(outputs -> mark(batch, outputs)));
  }

  private void mark(LineBatch batch, Map<String, Tensor> outputs) {
    Tensor scores = outputs.get(server.describe().outputs().get(0).name());
    for (int i = 0; i < batch.lines().size(); i++) {
      if (scores.doubleAt(2 * i + UPSIDE_DOWN) > threshold) {
        batch.lines().get(i).turn();
      }
    }
  }
}
