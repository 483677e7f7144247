package io.gpuinfer.tasks.ocr;

import io.gpuinfer.engine.ModelSource;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.tasks.Calls;
import io.gpuinfer.tasks.ModelRuns;
import io.gpuinfer.tasks.ModelServers;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/** Tells lines that stand on their head. */
final class DirectionClassifier {

  /** Columns that the model reads. */
  static final int WIDTH = 192;

  private static final int UPSIDE_DOWN = 1;

  /** Degrees between lines that run across the picture and those that run down. */
  private static final double DIAGONAL = 45;

  private final PixelModel direction;
  private final int maxBatchSize;
  private final double threshold;

  DirectionClassifier(ModelServers servers, ModelSource model, OcrSettings settings) {
    this.direction = PixelModel.of(servers.serveBatches(OcrTask.DIRECTION, model));
    this.maxBatchSize = servers.options().maxBatchSize();
    this.threshold = settings.turnScore();
  }

  /**
   * Marks the lines that are to be turned: those of which the model is sure, and where these are
   * more than half of the text that runs the same way, also those of which it is not.
   */
  CompletableFuture<Void> mark(List<TextLine> lines, Tensor strip, ModelRuns runs) {
    Map<TextLine, Double> scores = new LinkedHashMap<>();
    return Calls.inTurn(
            LineBatch.of(lines, maxBatchSize, line -> WIDTH),
            batch ->
                direction
                    .run(batch.pixels(strip, TextLine::squeezed), runs)
                    .thenAccept(answer -> collect(batch, answer, scores)))
        .thenAccept(
            end ->
                scores.keySet().stream()
                    .collect(
                        Collectors.partitioningBy(line -> Math.abs(line.box().angle()) > DIAGONAL))
                    .values()
                    .forEach(alike -> turn(alike, scores)));
  }

  private static void collect(LineBatch batch, Tensor answer, Map<TextLine, Double> scores) {
    for (int i = 0; i < batch.lines().size(); i++) {
      scores.put(batch.lines().get(i), answer.doubleAt(2 * i + UPSIDE_DOWN));
    }
  }

  private void turn(List<TextLine> alike, Map<TextLine, Double> scores) {
    int all = alike.stream().mapToInt(TextLine::width).sum();
    int turned =
        alike.stream().filter(line -> scores.get(line) > threshold).mapToInt(TextLine::width).sum();
    double least = 2 * turned > all ? 1 - threshold : threshold;
    alike.stream().filter(line -> scores.get(line) > least).forEach(TextLine::turn);
  }
}
