package io.gpuinfer.tasks.detection;

import io.gpuinfer.engine.ModelLoadException;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.engine.TensorInfo;
import io.gpuinfer.serving.ModelServer;
import io.gpuinfer.serving.repository.ModelEntry;
import io.gpuinfer.tasks.LabelFile;
import io.gpuinfer.tasks.ModelRuns;
import io.gpuinfer.tasks.ModelServers;
import io.gpuinfer.tasks.Settings;
import io.gpuinfer.tasks.image.Picture;
import io.gpuinfer.tasks.image.PictureInput;
import io.gpuinfer.tasks.image.Placed;
import io.gpuinfer.tasks.image.Placement;
import io.gpuinfer.tasks.image.Preprocessing;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Runs a model on pictures and reads what it sees in them. */
final class Detector {

  private final ModelServers servers;
  private final ModelServer server;
  private final PictureInput input;
  private final Head head;
  private final Labels labels;
  private final double scoreThreshold;
  private final NonMaximumSuppression suppression;

  /**
   * Loads the model.
   *
   * @throws ModelLoadException when it is none that detects, or its labels or settings do not fit
   */
  Detector(ModelServers servers, Settings settings) {
    ModelEntry entry = servers.entry();
    this.servers = servers;
    this.server = servers.serveBatches(ModelEntry.MODEL, entry.file(ModelEntry.MODEL));
    TensorInfo picture = PictureInput.only(server);
    LabelFile file = LabelFile.of(entry);
    ModelOutputs model =
        ModelOutputs.of(
            server.name(),
            picture,
            server.describe().outputs(),
            file.size() == 0 ? Head.UNKNOWN : file.size());
    HeadType type = HeadType.of(settings, model);
    HeadDefaults defaults = type.defaults();
    this.head = type.head(model);
    if (head.classes() != Head.UNKNOWN) {
      file.requireCount(head.classes());
    }
    this.labels =
        new Labels(
            file, defaults.labels(), settings.integer("firstClass", defaults.firstClass(), 0, 1));
    this.input = PictureInput.of(servers, Preprocessing.of(settings, defaults.preset()), picture);
    this.scoreThreshold = settings.number("scoreThreshold", defaults.scoreThreshold(), 0, 1);
    this.suppression =
        new NonMaximumSuppression(
            settings.choice("nms", defaults.suppression()),
            settings.number("iou", defaults.iou(), 0, 1),
            settings.flag("agnostic", false),
            settings.integer("maxDetections", 300, 1, 10_000));
  }

  /** How many pictures of one request may be under way. */
  int atOnce() {
    return servers.atOnce(server);
  }

  /** Makes the model's input of a picture. */
  CompletableFuture<Placed> place(Picture picture, ModelRuns runs) {
    return input.place(picture, runs);
  }

  /** Runs the model, and finds what it sees in pixels of the picture. */
  CompletableFuture<DetectionResult> detect(Placed placed, ModelRuns runs) {
    return runs.run(server, input.inputs(placed))
        .thenApply(outputs -> result(outputs, placed.placement()));
  }

  private DetectionResult result(Map<String, Tensor> outputs, Placement placement) {
    Candidates candidates = new Candidates(scoreThreshold);
    head.read(outputs, placement.inputWidth(), placement.inputHeight(), candidates);
    List<Detection> detections =
        suppression.apply(candidates).stream()
            .filter(candidate -> labels.index(candidate) >= 0)
            .map(candidate -> detection(candidate, placement))
            .filter(detection -> detection.box().hasArea())
            .toList();
    return new DetectionResult(placement.pictureWidth(), placement.pictureHeight(), detections);
  }

  private Detection detection(Candidate candidate, Placement placement) {
    int index = labels.index(candidate);
    Box box = candidate.box();
    return new Detection(
        labels.label(index),
        index,
        candidate.score(),
        new Box(
            placement.pictureX(box.left()),
            placement.pictureY(box.top()),
            placement.pictureX(box.right()),
            placement.pictureY(box.bottom())),
        candidate.keypoints().stream()
            .map(
                point -> new Keypoint(placement.pictureX(point.x()), placement.pictureY(point.y())))
            .toList());
  }
}
