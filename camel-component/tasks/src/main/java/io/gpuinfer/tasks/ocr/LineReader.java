package io.gpuinfer.tasks.ocr;

import io.gpuinfer.engine.ModelSource;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.tasks.Calls;
import io.gpuinfer.tasks.ModelRuns;
import io.gpuinfer.tasks.ModelServers;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Reads lines of text. */
final class LineReader {

  /** The width that the model was trained on; narrower lines are padded to it. */
  private static final int LEAST_WIDTH = 320;

  private static final int LEAST_STEP = 64;

  private final PixelModel recognition;
  private final int maxBatchSize;
  private final CtcDecoder decoder;

  LineReader(ModelServers servers, ModelSource model, ModelSource keys) {
    this.decoder = new CtcDecoder(keys);
    this.recognition = PixelModel.of(servers.serveBatches(OcrTask.RECOGNITION, model));
    this.maxBatchSize = servers.options().maxBatchSize();
  }

  /** Gives each line its text. */
  CompletableFuture<Void> read(List<TextLine> lines, Tensor strip, ModelRuns runs) {
    return Calls.inTurn(
        LineBatch.of(lines, maxBatchSize, line -> padded(line.width())),
        batch ->
            recognition
                .run(batch.pixels(strip, TextLine::full), runs)
                .thenAccept(probabilities -> decode(batch, probabilities)));
  }

  private void decode(LineBatch batch, Tensor probabilities) {
    for (int i = 0; i < batch.lines().size(); i++) {
      batch.lines().get(i).read(decoder.read(probabilities, i));
    }
  }

  /** Rounds up by an eighth of the width or so, so that few widths occur and little is padding. */
  static int padded(int width) {
    int step = LEAST_STEP;
    while (8 * step < width) {
      step *= 2;
    }
    return Math.max(LEAST_WIDTH, (width + step - 1) / step * step);
  }
}
