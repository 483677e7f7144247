package io.gpuinfer.tasks.image;

import io.gpuinfer.engine.ModelLoadException;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.engine.TensorInfo;
import io.gpuinfer.serving.ModelServer;
import io.gpuinfer.tasks.ModelRuns;
import io.gpuinfer.tasks.ModelServers;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Makes the input of one model out of pictures of any size, on the device. */
public final class PictureInput {

  private final ModelServer server;
  private final PreprocessingGraph graph;
  private final String name;

  private PictureInput(ModelServer server, PreprocessingGraph graph, String name) {
    this.server = server;
    this.graph = graph;
    this.name = name;
  }

  /**
   * The only input of a model that reads nothing but a picture.
   *
   * @throws ModelLoadException when it has several
   */
  public static TensorInfo only(ModelServer model) {
    List<TensorInfo> inputs = model.describe().inputs();
    if (inputs.size() != 1) {
      throw new ModelLoadException(
          "%s should have one input, for a picture, but has %s".formatted(model.name(), inputs));
    }
    return inputs.get(0);
  }

  /**
   * Gets ready to make inputs.
   *
   * @param servers where the preprocessing runs, beside the model
   * @param wanted what to do; where the model says its size or layout, those count
   * @param input the model's, of four axes with one or no batch, and three channels
   * @throws ModelLoadException when the input is none for pictures, or neither the model nor the
   *     settings say its size
   */
  public static PictureInput of(ModelServers servers, Preprocessing wanted, TensorInfo input) {
    PreprocessingGraph graph = PreprocessingGraph.of(wanted, input);
    return new PictureInput(servers.serve("preprocessing", graph.source()), graph, input.name());
  }

  /** What the model takes when a picture was placed. */
  public Map<String, Tensor> inputs(Placed placed) {
    return Map.of(name, placed.pixels());
  }

  /**
   * Makes the model's input of a picture.
   *
   * @return completes with the input and where the picture lies in it, in the picture's own pixels
   */
  public CompletableFuture<Placed> place(Picture picture, ModelRuns runs) {
    Picture reduced = picture.shrunkTo(Picture.MOST_DEVICE_PIXELS);
    Placement placement = graph.place(reduced);
    return runs.run(server, graph.inputs(reduced, placement))
        .thenApply(
            outputs -> new Placed(outputs.get(PreprocessingGraph.PIXELS), placement.of(picture)));
  }
}
