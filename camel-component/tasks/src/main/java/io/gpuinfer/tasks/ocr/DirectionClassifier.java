package io.gpuinfer.tasks.ocr;

import io.gpuinfer.engine.ModelSource;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.tasks.Calls;
import io.gpuinfer.tasks.ModelRuns;
import io.gpuinfer.tasks.ModelServers;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Tells lines that stand on their head. */
final class DirectionClassifier {

  /** Columns that the model reads. */
  static final int WIDTH = 192;

  private static final int UPSIDE_DOWN = 1;

  private final PixelModel direction;
  private final int maxBatchSize;
  private final double threshold;

  DirectionClassifier(ModelServers servers, ModelSource model, OcrSettings settings) {
    this.direction = PixelModel.of(servers.serveBatches("direction", model));
    this.maxBatchSize = servers.options().maxBatchSize();
    this.threshold = settings.turnScore();
  }

  /** Marks the lines that are to be turned. */
  CompletableFuture<Void> mark(List<TextLine> lines, Tensor strip, ModelRuns runs) {
    return Calls.inTurn(
        LineBatch.of(lines, maxBatchSize, line -> WIDTH),
        batch ->
            direction
                .run(batch.pixels(strip, TextLine::squeezed), runs)
                .thenAccept(scores -> mark(batch, scores)));
  }

  private void mark(LineBatch batch, Tensor scores) {
    for (int i = 0; i < batch.lines().size(); i++) {
      if (scores.doubleAt(2 * i + UPSIDE_DOWN) > threshold) {
        batch.lines().get(i).turn();
      }
    }
  }
}
