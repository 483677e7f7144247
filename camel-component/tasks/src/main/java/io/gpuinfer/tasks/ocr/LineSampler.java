package io.gpuinfer.tasks.ocr;

import io.gpuinfer.engine.Tensor;
import io.gpuinfer.serving.ModelServer;
import io.gpuinfer.tasks.ModelRuns;
import io.gpuinfer.tasks.ModelServers;
import io.gpuinfer.tasks.image.Picture;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Cuts the parts of a strip out of a picture: crops, turns, resizes and normalises them at once.
 */
final class LineSampler {

  private final ModelServer sample;

  LineSampler(ModelServers servers) {
    this.sample = servers.serve("sample", OcrGraphs.sample());
  }

  /** The strip's pixels in −1 to 1, of shape [1, 3, 48, columns]. */
  CompletableFuture<Tensor> sample(Picture picture, Strip strip, ModelRuns runs) {
    Map<String, Tensor> inputs =
        Map.of(
            OcrGraphs.IMAGE, picture.pixels(),
            OcrGraphs.GRID, strip.grid(picture));
    return runs.run(sample, inputs).thenApply(outputs -> outputs.get(OcrGraphs.PIXELS));
  }
}
