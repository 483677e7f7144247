package io.gpuinfer.tasks.ocr;

import io.gpuinfer.engine.ModelSource;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.serving.ModelServer;
import io.gpuinfer.tasks.ModelRuns;
import io.gpuinfer.tasks.ModelServers;
import io.gpuinfer.tasks.image.Normalization;
import io.gpuinfer.tasks.image.Picture;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Finds the boxes of text in a picture. */
final class TextDetector {

  /** ImageNet's, in the order of a picture's channels. */
  private static final Normalization NORMALIZATION =
      Normalization.parts(List.of(0.485, 0.456, 0.406), List.of(0.229, 0.224, 0.225));

  /** The network halves the picture five times. */
  private static final int STEP = 32;

  private final ModelServer resize;
  private final PixelModel detection;
  private final int limitSide;
  private final BoxFinder boxes;

  TextDetector(ModelServers servers, ModelSource model, OcrSettings settings) {
    this.resize = servers.serve("resize", OcrGraphs.resize(NORMALIZATION));
    this.detection = PixelModel.of(servers.serve(OcrTask.DETECTION, model));
    this.limitSide = settings.limitSide();
    this.boxes = settings.boxes();
  }

  /** The boxes in pixels of the picture, in no order. */
  CompletableFuture<List<Quad>> find(Picture picture, ModelRuns runs) {
    double reduction =
        Math.min(1, (double) limitSide / Math.max(picture.width(), picture.height()));
    int width = stepped(picture.width() * reduction);
    int height = stepped(picture.height() * reduction);
    Tensor sizes = Tensor.of(new long[] {1, 3, height, width}, 4);
    Map<String, Tensor> inputs = Map.of(OcrGraphs.IMAGE, picture.pixels(), OcrGraphs.SIZES, sizes);
    return runs.run(resize, inputs)
        .thenCompose(resized -> detection.run(resized.get(OcrGraphs.PIXELS), runs))
        .thenApply(
            map ->
                boxes.find(map).stream()
                    .map(
                        box ->
                            box.scaled(
                                (double) picture.width() / width,
                                (double) picture.height() / height))
                    .toList());
  }

  private static int stepped(double side) {
    return Math.max(STEP, (int) Math.round(side / STEP) * STEP);
  }
}
