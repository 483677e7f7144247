package io.gpuinfer.tasks.detection;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.gpuinfer.tasks.image.Picture;
import io.gpuinfer.tasks.image.PillowResize;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * The face detectors as their authors' Python programs run them (hollance/BlazeFace-PyTorch and
 * Linzaer/Ultra-Light-Fast-Generic-Face-Detector-1MB), with ONNX Runtime and Pillow's resampling in
 * double precision.
 */
final class FaceOracle {

  /** A face: its score, then left, top, right and bottom in pixels of the picture. */
  record Face(double score, double[] box) {

    private double overlap(Face other) {
      double width = Math.min(box[2], other.box[2]) - Math.max(box[0], other.box[0]);
      double height = Math.min(box[3], other.box[3]) - Math.max(box[1], other.box[1]);
      double shared = Math.max(0, width) * Math.max(0, height);
      return shared / (area() + other.area() - shared);
    }

    private double area() {
      return (box[2] - box[0]) * (box[3] - box[1]);
    }
  }

  private FaceOracle() {}

  static List<Face> blazeFace(Path model, Picture picture, int side) throws OrtException {
    double scale = Math.min((double) side / picture.width(), (double) side / picture.height());
    int width = (int) Math.round(picture.width() * scale);
    int height = (int) Math.round(picture.height() * scale);
    int left = (side - width) / 2;
    int top = (side - height) / 2;
    float[] input = new float[side * side * 3];
    for (int channel = 0; channel < 3; channel++) {
      double[] levels = resized(picture, width, height, channel);
      for (int y = 0; y < side; y++) {
        for (int x = 0; x < side; x++) {
          boolean within = x >= left && x < left + width && y >= top && y < top + height;
          double level = within ? levels[(y - top) * width + x - left] : 0;
          input[(y * side + x) * 3 + channel] = (float) (level / 127.5 - 1);
        }
      }
    }
    float[][] outputs = run(model, input, 1, side, side, 3);
    List<Face> faces = new ArrayList<>();
    for (int i = 0; i < 896; i++) {
      boolean small = i < 512;
      int at = small ? i : i - 512;
      float logit = outputs[small ? 0 : 1][at];
      float[] places = outputs[small ? 2 : 3];
      int cells = small ? 16 : 8;
      int cell = small ? at / 2 : at / 6;
      double x = places[16 * at] + (cell % cells + 0.5) * side / cells;
      int line = cell / cells;
      double y = places[16 * at + 1] + (line + 0.5) * side / cells;
      double w = places[16 * at + 2];
      double h = places[16 * at + 3];
      faces.add(
          new Face(
              1 / (1 + Math.exp(-logit)),
              new double[] {
                (x - w / 2 - left) / scale,
                (y - h / 2 - top) / scale,
                (x + w / 2 - left) / scale,
                (y + h / 2 - top) / scale
              }));
    }
    return suppressed(faces, 0.5, true);
  }

  static List<Face> ultraFace(Path model, Picture picture) throws OrtException {
    float[] input = new float[3 * 240 * 320];
    for (int channel = 0; channel < 3; channel++) {
      double[] levels = resized(picture, 320, 240, channel);
      for (int i = 0; i < levels.length; i++) {
        input[channel * levels.length + i] = (float) ((levels[i] - 127) / 128);
      }
    }
    float[][] outputs = run(model, input, 1, 3, 240, 320);
    List<Face> faces = new ArrayList<>();
    for (int i = 0; i < 4420; i++) {
      double[] box = new double[4];
      for (int side = 0; side < 4; side++) {
        box[side] = outputs[1][4 * i + side] * (side % 2 == 0 ? picture.width() : picture.height());
      }
      faces.add(new Face(outputs[0][2 * i + 1], box));
    }
    return suppressed(faces, 0.7, false);
  }

  /** A channel in the order red, green, blue. */
  private static double[] resized(Picture picture, int width, int height, int channel) {
    return new PillowResize(picture.width(), picture.height(), width, height, false)
        .resize(picture, 2 - channel);
  }

  private static float[][] run(Path model, float[] input, long... shape) throws OrtException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession session = environment.createSession(model.toString());
        OnnxTensor tensor = OnnxTensor.createTensor(environment, FloatBuffer.wrap(input), shape);
        OrtSession.Result result =
            session.run(Map.of(session.getInputNames().iterator().next(), tensor))) {
      float[][] outputs = new float[result.size()][];
      for (int i = 0; i < outputs.length; i++) {
        outputs[i] = ((OnnxTensor) result.get(i)).getFloatBuffer().array();
      }
      return outputs;
    }
  }

  private static List<Face> suppressed(List<Face> faces, double threshold, boolean blend) {
    List<Face> left = new ArrayList<>(faces);
    left.removeIf(face -> face.score() < threshold);
    left.sort(Comparator.comparingDouble(Face::score).reversed());
    List<Face> kept = new ArrayList<>();
    while (!left.isEmpty()) {
      Face best = left.get(0);
      List<Face> same = left.stream().filter(face -> face.overlap(best) > 0.3).toList();
      left.removeAll(same);
      double total = same.stream().mapToDouble(Face::score).sum();
      double[] mean = new double[4];
      for (Face face : same) {
        for (int side = 0; side < 4; side++) {
          mean[side] += face.score() * face.box()[side] / total;
        }
      }
      kept.add(blend ? new Face(best.score(), mean) : best);
    }
    return kept;
  }
}
