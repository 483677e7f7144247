package io.gpuinfer.tasks.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.engine.Tensor;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OpenInferenceRequestTest {

  private static final long LIMIT = 1 << 20;

  /** The first example of the protocol's OpenAPI description. */
  @Test
  void shouldReadTheExampleOfTheProtocol() {
    OpenInferenceRequest request =
        read(
            """
            {"id": "42",
             "inputs": [
               {"name": "input0", "shape": [2, 2], "datatype": "UINT32", "data": [1, 2, 3, 4]},
               {"name": "input1", "shape": [1], "datatype": "BOOL", "data": [true]}],
             "outputs": [{"name": "output0"}]}
            """);

    assertThat(request.id()).isEqualTo("42");
    assertThat(request.inputs())
        .containsExactly(
            Map.entry("input0", Tensor.of(new long[] {1, 2, 3, 4}, 2, 2)),
            Map.entry("input1", Tensor.wrap(DataType.BOOL, new byte[] {1}, 1)));
    assertThat(request.outputs()).containsExactly("output0");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[1, 2, 3, 4, 5, 6]",
        "[[1, 2, 3], [4, 5, 6]]",
        "[1.0, 2e0, 0.3e1, 40e-1, 5, 6.000]",
      })
  void shouldReadDataFlatAndNested(String data) {
    Tensor expected = Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3);

    assertThat(input("FP32", "[2, 3]", data)).isEqualTo(expected);
    assertThat(input("INT64", "[2, 3]", data))
        .isEqualTo(Tensor.of(new long[] {1, 2, 3, 4, 5, 6}, 2, 3));
  }

  /** Members of an object have no order. */
  @Test
  void shouldReadDataThatComeBeforeTheirType() {
    OpenInferenceRequest request =
        read(
            """
            {"parameters": {"a": [1, {"b": 2}]}, "outputs": [],
             "inputs": [
               {"data": [[1.5], [-2]], "parameters": {"x": 1}, "shape": [2, 1], "datatype": "FP64", "name": "ä"},
               {"shape": [], "data": [7], "name": "scalar", "datatype": "INT8"}]}
            """);

    assertThat(request.id()).isNull();
    assertThat(request.inputs())
        .containsEntry("ä", Tensor.wrap(new double[] {1.5, -2}, 2, 1))
        .containsEntry("scalar", Tensor.wrap(DataType.INT8, new byte[] {7}));
  }

  @ParameterizedTest
  @CsvSource({
    "BOOL,BOOL,0,1",
    "UINT8,UINT8,0,255",
    "UINT16,INT32,0,65535",
    "UINT32,INT64,0,4294967295",
    "UINT64,INT64,0,9223372036854775807",
    "INT8,INT8,-128,127",
    "INT16,INT32,-32768,32767",
    "INT32,INT32,-2147483648,2147483647",
    "INT64,INT64,-9223372036854775808,9223372036854775807"
  })
  void shouldReadTheWholeRangeOfEachTypeAndNoMore(
      String datatype, DataType type, String lowest, String highest) {
    Tensor tensor = input(datatype, "[2]", "[" + lowest + "," + highest + "]");

    assertThat(tensor.type()).isEqualTo(type);
    assertThat(tensor.toLongArray())
        .containsExactly(Long.parseLong(lowest), Long.parseLong(highest));
    for (String beyond : List.of(highest + "0", lowest.equals("0") ? "-1" : lowest + "0", "0.5")) {
      assertThatThrownBy(() -> input(datatype, "[1]", "[" + beyond + "]"))
          .isInstanceOf(InvalidInputException.class);
    }
  }

  @Test
  void shouldRoundToTheNearestNumberOfAFloatingPointType() {
    assertThat(input("FP32", "[2]", "[0.1, 16777217]"))
        .isEqualTo(Tensor.of(new float[] {0.1f, 16777216}, 2));
    assertThat(input("FP64", "[1]", "[0.1]")).isEqualTo(Tensor.wrap(new double[] {0.1}, 1));
    assertThat(input("FP16", "[2]", "[0.1, 65504]"))
        .isEqualTo(Tensor.rounded(DataType.FLOAT16, new float[] {0.1f, 65504}, 2));
    assertThat(input("BF16", "[1]", "[3.14]"))
        .isEqualTo(Tensor.rounded(DataType.BFLOAT16, new float[] {3.14f}, 1));
    for (String type : List.of("FP16", "BF16", "FP32", "FP64")) {
      assertThatThrownBy(() -> input(type, "[1]", "[1e999]"))
          .isInstanceOf(InvalidInputException.class);
    }
    assertThatThrownBy(() -> input("FP16", "[1]", "[65520]"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("FLOAT16");
    assertThatThrownBy(() -> input("FP32", "[1]", "[3.5e38]"))
        .isInstanceOf(InvalidInputException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"[NaN, Infinity, -Infinity]", "[\"NaN\", \"Infinity\", \"-Infinity\"]"})
  void shouldReadWhatJsonHasNoNumbersFor(String data) {
    float[] values = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY};

    assertThat(input("FP32", "[3]", data)).isEqualTo(Tensor.of(values, 3));
    assertThatThrownBy(() -> input("INT32", "[3]", data)).isInstanceOf(InvalidInputException.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "FP32 | [2]    | [1]           | 2 elements, but 1",
        "FP32 | [2]    | [1, 2, 3]     | more than the 2",
        "FP32 | [2, 2] | [[1, 2], [3]] | axis 1 of the data has 1",
        "FP32 | [2, 2] | [[1, 2]]      | axis 0 of the data has 1",
        "FP32 | [2]    | [[1, 2]]      | no element",
        "FP32 | [2, 1] | [[1], 2]      | not nested",
        "FP32 | []     | [[]]          | no axis",
        "FP32 | []     | [[1]]         | no axis",
        "FP32 | [1]    | ['1']         | no element",
        "FP32 | [1]    | [null]        | no element",
        "FP32 | [1]    | [true]        | no element",
        "FP32 | [1]    | [{}]          | no element",
        "FP32 | [1]    | 1             | must be an array",
        "BOOL | [1]    | [2]           | no number",
        "FP32 | [-1]   | [1]           | Negative",
        "FP32 | [9999999] | []         | limits.maxTensorBytes",
        "FP32 | [99999999999] | []     | 2^31",
        "FP32 | ['a']  | [1]           | whole numbers",
        "BYTES | [1]   | ['a']         | 'BYTES' is no datatype",
        "fp32 | [1]    | [1]           | 'fp32' is no datatype"
      })
  void shouldRefuseDataThatDoNotFit(String type, String shape, String data, String saying) {
    assertThatThrownBy(() -> input(type, shape.replace('\'', '"'), data.replace('\'', '"')))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(saying);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{}",
        "{\"inputs\": []}",
        "{\"inputs\": {}}",
        "{\"inputs\": [1]}",
        "{\"inputs\": [{}]}",
        "{\"inputs\": [{\"name\": \"a\", \"shape\": [1], \"datatype\": \"FP32\"}]}",
        "{\"inputs\": [{\"name\": \"a\", \"shape\": [1], \"data\": [1]}]}",
        "{\"inputs\": [{\"shape\": [1], \"datatype\": \"FP32\", \"data\": [1]}]}",
        "{\"inputs\": [{\"name\": \"a\", \"shape\": [1], \"datatype\": \"FP32\", \"data\": [1]}",
        "{\"id\": 1}",
        "{\"outputs\": [{}]}",
        "{\"inputs\": 1, \"inputs\": 2}"
      })
  void shouldRefuseWhatIsNoRequest(String json) {
    assertThatThrownBy(() -> read(json)).isInstanceOf(InvalidInputException.class);
  }

  @Test
  void shouldRefuseTwoInputsOfOneNameAndWhatFollows() {
    String input = "{\"name\":\"a\",\"shape\":[1],\"datatype\":\"FP32\",\"data\":[1]}";

    assertThatThrownBy(() -> read("{\"inputs\":[" + input + "," + input + "]}"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("'a'");
    assertThatThrownBy(() -> read("{\"inputs\":[" + input + "]} {}"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("follow");
  }

  @Test
  void shouldNameTheInputAndThePlaceOfAMistake() {
    assertThatThrownBy(() -> input("FP32", "[1]", "[true]")).hasMessageStartingWith("Input 'x'");
    assertThatThrownBy(() -> read("{\n  \"inputs\": !}"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("line 2, column 13");
  }

  /**
   * The tensors are all that is made of the text: arrays of boxed numbers would be ten times it.
   */
  @Test
  void shouldReadALargeRequestInLittleMoreThanItsTensors() {
    int count = 250_000;
    SplittableRandom random = new SplittableRandom(7);
    StringBuilder data = new StringBuilder();
    for (int i = 0; i < count; i++) {
      data.append(i == 0 ? "[" : ",").append((float) random.nextDouble());
    }
    byte[] json = request("FP32", "[" + count + "]", data + "]").getBytes(StandardCharsets.UTF_8);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    OpenInferenceRequest.read(json, LIMIT);

    long before = threads.getCurrentThreadAllocatedBytes();
    OpenInferenceRequest request = OpenInferenceRequest.read(json, LIMIT);
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;

    assertThat(request.inputs().get("x").size()).isEqualTo(count);
    assertThat(allocated).isLessThan(2L * json.length);
  }

  private static Tensor input(String datatype, String shape, String data) {
    return read(request(datatype, shape, data)).inputs().get("x");
  }

  private static String request(String datatype, String shape, String data) {
    return "{\"inputs\":[{\"name\":\"x\",\"shape\":%s,\"datatype\":\"%s\",\"data\":%s}]}"
        .formatted(shape, datatype, data);
  }

  private static OpenInferenceRequest read(String json) {
    return OpenInferenceRequest.read(json.getBytes(StandardCharsets.UTF_8), LIMIT);
  }
}
