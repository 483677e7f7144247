package io.gpuinfer.engine.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.ModelLoadException;
import io.gpuinfer.engine.ModelSource;
import io.gpuinfer.engine.TensorInfo;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Walks once through an ONNX file, field by field, and skips the elements of tensors
 * (https://protobuf.dev/programming-guides/encoding). The file is untrusted: lengths that it gives
 * are believed only as far as there are bytes.
 */
final class OutlineReader {

  private static final int MAX_TEXT = 1 << 16;
  private static final int MAX_VALUE = 1 << 20;
  private static final int MAX_NESTING = 32;
  private static final int MAX_NODES = 200_000;

  private final String file;
  private final ModelSource source;
  private final Map<String, Integer> opsets = new HashMap<>();
  private final List<ValueInfoProto> inputs = new ArrayList<>();
  private final List<ValueInfoProto> outputs = new ArrayList<>();
  private final Set<String> initialisers = new HashSet<>();
  private final Map<Operator, List<String>> nodes = new TreeMap<>();
  private CodedInputStream in;
  private int nesting;
  private int nodeCount;
  private boolean hasGraph;
  private long irVersion;
  private String producer = "";
  private String producerVersion = "";
  private long parameters;
  private long weightBytes;

  OutlineReader(ModelSource source) {
    this.source = source;
    this.file = source.name();
  }

  private record Operator(String domain, String type) implements Comparable<Operator> {
    @Override
    public int compareTo(Operator other) {
      return (domain + "." + type).compareTo(other.domain + "." + other.type);
    }
  }

  /** Takes one field of a message; the tag is read, its value is not. */
  @FunctionalInterface
  private interface Field {
    void read(int number, int tag) throws IOException;
  }

  ModelOutline read() {
    try (InputStream stream = source.opener().open()) {
      in = CodedInputStream.newInstance(stream, 1 << 16);
      fields(this::modelField);
    } catch (IOException e) {
      throw new ModelLoadException(
          "'" + file + "' is no ONNX model, or it is cut off: " + e.getMessage(), e);
    }
    if (!hasGraph || opsets.isEmpty()) {
      throw new ModelLoadException("'" + file + "' is no ONNX model: it has no graph or opset");
    }
    try {
      return outline();
    } catch (ModelLoadException e) {
      throw new ModelLoadException("'" + file + "': " + e.getMessage(), e);
    }
  }

  private ModelOutline outline() {
    List<TensorInfo> given =
        inputs.stream()
            .filter(input -> !initialisers.contains(input.getName()))
            .map(OnnxReader::info)
            .toList();
    List<OperatorUse> uses = new ArrayList<>();
    nodes.forEach(
        (operator, names) ->
            uses.add(
                new OperatorUse(
                    operator.domain(), operator.type(), opset(operator, names.get(0)), names)));
    return new ModelOutline(
        file,
        in.getTotalBytesRead(),
        irVersion,
        (producer + " " + producerVersion).strip(),
        opsets,
        given,
        outputs.stream().map(OnnxReader::info).toList(),
        uses,
        parameters,
        weightBytes);
  }

  private int opset(Operator operator, String node) {
    Integer opset = opsets.get(operator.domain());
    if (opset == null) {
      throw new ModelLoadException(
          "Node '%s' uses operator set '%s', which the model does not import"
              .formatted(node, operator.domain()));
    }
    return opset;
  }

  private void modelField(int number, int tag) throws IOException {
    switch (number) {
      case ModelProto.IR_VERSION_FIELD_NUMBER -> irVersion = in.readInt64();
      case ModelProto.PRODUCER_NAME_FIELD_NUMBER -> producer = text();
      case ModelProto.PRODUCER_VERSION_FIELD_NUMBER -> producerVersion = text();
      case ModelProto.OPSET_IMPORT_FIELD_NUMBER -> {
        OperatorSetIdProto opset = OperatorSetIdProto.parseFrom(bytes(MAX_TEXT));
        opsets.put(OnnxReader.domain(opset.getDomain()), (int) opset.getVersion());
      }
      case ModelProto.GRAPH_FIELD_NUMBER -> {
        hasGraph = true;
        message(this::graphField);
      }
      default -> skip(tag);
    }
  }

  private void graphField(int number, int tag) throws IOException {
    switch (number) {
      case GraphProto.INPUT_FIELD_NUMBER -> inputs.add(value());
      case GraphProto.OUTPUT_FIELD_NUMBER -> outputs.add(value());
      default -> bodyField(number, tag);
    }
  }

  /** What counts of a node's own graph as well. */
  private void bodyField(int number, int tag) throws IOException {
    switch (number) {
      case GraphProto.NODE_FIELD_NUMBER -> node();
      case GraphProto.INITIALIZER_FIELD_NUMBER -> initialisers.add(tensor());
      default -> skip(tag);
    }
  }

  private void node() throws IOException {
    if (++nodeCount > MAX_NODES) {
      throw new ModelLoadException("'" + file + "': the graph has over " + MAX_NODES + " nodes");
    }
    String[] parts = {"", "", ""};
    message(
        (number, tag) -> {
          switch (number) {
            case NodeProto.NAME_FIELD_NUMBER -> parts[0] = text();
            case NodeProto.OP_TYPE_FIELD_NUMBER -> parts[1] = text();
            case NodeProto.DOMAIN_FIELD_NUMBER -> parts[2] = OnnxReader.domain(text());
            case NodeProto.ATTRIBUTE_FIELD_NUMBER -> message(this::attributeField);
            default -> skip(tag);
          }
        });
    Operator operator = new Operator(parts[2], parts[1]);
    if (!operator.equals(new Operator("", "Constant"))) {
      nodes.computeIfAbsent(operator, key -> new ArrayList<>()).add(parts[0]);
    }
  }

  private void attributeField(int number, int tag) throws IOException {
    switch (number) {
      case AttributeProto.T_FIELD_NUMBER, AttributeProto.TENSORS_FIELD_NUMBER -> tensor();
      case AttributeProto.G_FIELD_NUMBER, AttributeProto.GRAPHS_FIELD_NUMBER ->
          message(this::bodyField);
      default -> skip(tag);
    }
  }

  /** Counts a tensor, and gives its name. */
  private String tensor() throws IOException {
    String[] name = {""};
    long[] elements = {1};
    int[] type = {0};
    message(
        (number, tag) -> {
          switch (number) {
            case TensorProto.NAME_FIELD_NUMBER -> name[0] = text();
            case TensorProto.DATA_TYPE_FIELD_NUMBER -> type[0] = in.readInt32();
            case TensorProto.DIMS_FIELD_NUMBER -> {
              if (WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_VARINT) {
                elements[0] *= in.readInt64();
              } else {
                int limit = in.pushLimit(in.readRawVarint32());
                while (in.getBytesUntilLimit() > 0) {
                  elements[0] *= in.readInt64();
                }
                in.popLimit(limit);
              }
            }
            default -> skip(tag);
          }
        });
    if (elements[0] > 0) {
      parameters += elements[0];
      weightBytes += elements[0] * bytesOf(type[0]);
    }
    return name[0];
  }

  /** Bytes of an element; 0 for types that the engine does not have. */
  private static int bytesOf(int type) {
    return Arrays.stream(DataType.values())
        .filter(known -> known.onnx() == type)
        .mapToInt(DataType::bytes)
        .findFirst()
        .orElse(0);
  }

  private ValueInfoProto value() throws IOException {
    return ValueInfoProto.parseFrom(bytes(MAX_VALUE));
  }

  private String text() throws IOException {
    return new String(bytes(MAX_TEXT), StandardCharsets.UTF_8);
  }

  private byte[] bytes(int most) throws IOException {
    int length = in.readRawVarint32();
    if (length < 0 || length > most) {
      throw new IOException("a name or a value's description has " + length + " bytes");
    }
    return in.readRawBytes(length);
  }

  private void skip(int tag) throws IOException {
    if (!in.skipField(tag)) {
      throw new IOException("its fields do not end where they should");
    }
  }

  private void message(Field field) throws IOException {
    if (++nesting > MAX_NESTING) {
      throw new IOException("its graphs are nested too deeply");
    }
    int length = in.readRawVarint32();
    if (length < 0) {
      throw new IOException(
          "a part of it is over 2 GiB; save the model with its weights in files beside it");
    }
    int limit = in.pushLimit(length);
    fields(field);
    if (in.getBytesUntilLimit() != 0) {
      throw new IOException("it ends in the middle of a field");
    }
    in.popLimit(limit);
    nesting--;
  }

  private void fields(Field field) throws IOException {
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      field.read(WireFormat.getTagFieldNumber(tag), tag);
    }
  }
}
