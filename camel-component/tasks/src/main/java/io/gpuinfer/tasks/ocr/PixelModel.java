package io.gpuinfer.tasks.ocr;

import io.gpuinfer.engine.ModelLoadException;
import io.gpuinfer.engine.SessionDescription;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.serving.ModelServer;
import io.gpuinfer.tasks.ModelRuns;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * A served model that makes one tensor of another.
 *
 * @param server serves it
 * @param input what it calls its input
 * @param output what it calls its output
 */
record PixelModel(ModelServer server, String input, String output) {

  /**
   * Takes the names from the model.
   *
   * @throws ModelLoadException when it has more than one input or output
   */
  static PixelModel of(ModelServer server) {
    SessionDescription model = server.describe();
    if (model.inputs().size() != 1 || model.outputs().size() != 1) {
      throw new ModelLoadException(
          "%s should have one input and one output, but has %s and %s"
              .formatted(server.name(), model.inputs(), model.outputs()));
    }
    return new PixelModel(server, model.inputs().get(0).name(), model.outputs().get(0).name());
  }

  CompletableFuture<Tensor> run(Tensor pixels, ModelRuns runs) {
    return runs.run(server, Map.of(input, pixels)).thenApply(outputs -> outputs.get(output));
  }
}
