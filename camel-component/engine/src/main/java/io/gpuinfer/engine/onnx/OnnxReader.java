package io.gpuinfer.engine.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.UnsafeByteOperations;
import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.ModelLoadException;
import io.gpuinfer.engine.ModelSource;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.engine.TensorInfo;
import io.gpuinfer.engine.graph.Attributes;
import io.gpuinfer.engine.graph.Graph;
import io.gpuinfer.engine.graph.Node;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * Reads ONNX files (https://onnx.ai/onnx/repo-docs/IR.html). A file is untrusted: sizes are
 * bounded, and whatever is wrong ends in a {@link ModelLoadException} that names it.
 */
public final class OnnxReader {

  private static final int MAX_NODES = 200_000;
  private static final int MAX_NESTING = 32;

  private final ExternalData files;
  private final Map<String, Integer> opsets = new HashMap<>();
  private final Set<String> nodeNames = new HashSet<>();

  private OnnxReader(ExternalData files) {
    this.files = files;
  }

  /**
   * @throws ModelLoadException when the source cannot be read or is no valid model
   */
  public static Graph read(ModelSource source) {
    return read(source, bytes(source), ExternalData.of(source));
  }

  /**
   * The bytes of a model file.
   *
   * @throws ModelLoadException when the source cannot be read or is over 2 GiB
   */
  public static byte[] bytes(ModelSource source) {
    try (InputStream stream = source.opener().open()) {
      return stream.readAllBytes();
    } catch (IOException e) {
      throw new ModelLoadException("'" + source.name() + "' cannot be read: " + e.getMessage(), e);
    } catch (OutOfMemoryError e) {
      // One large allocation failed: the heap itself is well.
      throw new ModelLoadException(
          "'"
              + source.name()
              + "' does not fit the Java heap, or is over 2 GiB; raise -Xmx, or save the model with"
              + " its weights in files beside it",
          e);
    }
  }

  /**
   * Reads a model whose bytes are known.
   *
   * @param bytes those of the source; nobody changes them meanwhile
   * @param files where the model's tensors may keep their elements
   * @throws ModelLoadException when the bytes are no valid model
   */
  public static Graph read(ModelSource source, byte[] bytes, ExternalData files) {
    CodedInputStream input = UnsafeByteOperations.unsafeWrap(bytes).newCodedInput();
    input.enableAliasing(true); // elements are copied once, into their tensors
    input.setRecursionLimit(MAX_NESTING);
    ModelProto model;
    try {
      model = ModelProto.parseFrom(input);
    } catch (IOException e) {
      throw new ModelLoadException(
          "'" + source.name() + "' is no ONNX model, or it is cut off: " + e.getMessage(), e);
    }
    if (!model.hasGraph() || model.getOpsetImportCount() == 0) {
      throw new ModelLoadException(
          "'" + source.name() + "' is no ONNX model: it has no graph or opset");
    }
    try {
      return new OnnxReader(files).model(source.name(), model);
    } catch (ModelLoadException e) {
      throw new ModelLoadException("'" + source.name() + "': " + e.getMessage(), e);
    }
  }

  private Graph model(String name, ModelProto model) {
    for (OperatorSetIdProto opset : model.getOpsetImportList()) {
      opsets.put(domain(opset.getDomain()), (int) opset.getVersion());
    }
    Graph graph = graph(name, model.getGraph(), OnnxReader::info);
    refuseMissing(graph);
    return graph;
  }

  /** There is nothing around a model that it could read from. */
  private static void refuseMissing(Graph graph) {
    Set<String> missing = graph.captures();
    for (Node node : graph.nodes()) {
      for (String input : node.reads()) {
        if (missing.contains(input)) {
          throw new ModelLoadException(
              "Node '" + node.name() + "' needs value '" + input + "', which nothing makes");
        }
      }
    }
    for (String output : missing) {
      throw new ModelLoadException("Nothing makes the output '" + output + "'");
    }
  }

  /** The model's graph, or one of a node, which may read values that only the one around it has. */
  private Graph graph(String name, GraphProto proto, Function<ValueInfoProto, TensorInfo> info) {
    if (proto.getNodeCount() > MAX_NODES) {
      throw new ModelLoadException("The graph has over " + MAX_NODES + " nodes");
    }
    Map<String, Tensor> constants = new HashMap<>();
    for (TensorProto tensor : proto.getInitializerList()) {
      addConstant(constants, tensor.getName(), OnnxTensors.read(tensor, files));
    }
    List<Node> nodes = new ArrayList<>();
    for (NodeProto node : proto.getNodeList()) {
      if (node.getOpType().equals("Constant") && domain(node.getDomain()).isEmpty()) {
        if (node.getOutputCount() != 1) {
          throw new ModelLoadException("Constant '" + node.getName() + "' should have one output");
        }
        addConstant(constants, node.getOutput(0), constant(node));
      } else {
        nodes.add(node(node));
      }
    }
    List<TensorInfo> inputs = new ArrayList<>();
    for (ValueInfoProto input : proto.getInputList()) {
      if (!constants.containsKey(input.getName())) { // before IR 4, initialisers were inputs too
        inputs.add(info.apply(input));
      }
    }
    List<TensorInfo> outputs = proto.getOutputList().stream().map(info).toList();
    if (outputs.isEmpty()) {
      throw new ModelLoadException("The graph '" + name + "' has no outputs");
    }
    return new Graph(name, inputs, outputs, constants, sort(nodes, inputs, constants));
  }

  private static void addConstant(Map<String, Tensor> constants, String name, Tensor tensor) {
    if (constants.put(name, tensor) != null) {
      throw new ModelLoadException("Constant '" + name + "' is given twice");
    }
  }

  private Node node(NodeProto proto) {
    String domain = domain(proto.getDomain());
    Integer opset = opsets.get(domain);
    String name = nodeName(proto);
    if (opset == null) {
      throw new ModelLoadException(
          "Node '"
              + name
              + "' uses operator set '"
              + domain
              + "', which the model does not import");
    }
    Map<String, Object> attributes = new HashMap<>();
    for (AttributeProto attribute : proto.getAttributeList()) {
      attributes.put(attribute.getName(), value(attribute));
    }
    return new Node(
        name,
        domain,
        proto.getOpType(),
        opset,
        proto.getInputList(),
        proto.getOutputList(),
        new Attributes(attributes));
  }

  /** The file's name, made unique where it is missing or used twice. */
  private String nodeName(NodeProto proto) {
    String name = proto.getName();
    if (name.isEmpty() || !nodeNames.add(name)) {
      String stem = name.isEmpty() ? proto.getOpType() : name;
      int number = nodeNames.size();
      do {
        name = stem + "#" + number++;
      } while (!nodeNames.add(name));
    }
    return name;
  }

  private Tensor constant(NodeProto node) {
    if (node.getAttributeCount() != 1) {
      throw new ModelLoadException("Constant '" + node.getName() + "' should have one attribute");
    }
    Object value = value(node.getAttribute(0));
    if (value instanceof Tensor tensor) {
      return tensor;
    } else if (value instanceof Long number) {
      return Tensor.wrap(new long[] {number});
    } else if (value instanceof Float number) {
      return Tensor.wrap(new float[] {number});
    } else if (value instanceof long[] numbers) {
      return Tensor.wrap(numbers, numbers.length);
    } else if (value instanceof float[] numbers) {
      return Tensor.wrap(numbers, numbers.length);
    }
    throw new ModelLoadException(
        "Constant '"
            + node.getName()
            + "' holds "
            + node.getAttribute(0).getName()
            + ", which is not supported");
  }

  private Object value(AttributeProto attribute) {
    return switch (attribute.getType()) {
      case INT -> attribute.getI();
      case FLOAT -> attribute.getF();
      case STRING -> attribute.getS().toStringUtf8();
      case TENSOR -> OnnxTensors.read(attribute.getT(), files);
      case INTS -> attribute.getIntsList().stream().mapToLong(Long::longValue).toArray();
      case FLOATS -> {
        float[] values = new float[attribute.getFloatsCount()];
        for (int i = 0; i < values.length; i++) {
          values[i] = attribute.getFloats(i);
        }
        yield values;
      }
      case GRAPH -> graph(attribute.getName(), attribute.getG(), OnnxReader::name);
      case STRINGS -> attribute.getStringsList().stream().map(text -> text.toStringUtf8()).toList();
      default ->
          throw new ModelLoadException(
              "Attribute '"
                  + attribute.getName()
                  + "' of kind "
                  + attribute.getType()
                  + " is not supported");
    };
  }

  static TensorInfo info(ValueInfoProto value) {
    if (!value.getType().hasTensorType()) {
      throw new ModelLoadException("'" + value.getName() + "' is no tensor");
    }
    List<Long> shape = new ArrayList<>();
    List<String> symbols = new ArrayList<>();
    for (TensorShapeProto.Dimension dim : value.getType().getTensorType().getShape().getDimList()) {
      boolean fixed = dim.hasDimValue() && dim.getDimValue() > 0;
      shape.add(fixed ? dim.getDimValue() : TensorInfo.DYNAMIC);
      symbols.add(fixed ? "" : dim.getDimParam());
    }
    return new TensorInfo(value.getName(), type(value), shape, symbols);
  }

  private static DataType type(ValueInfoProto value) {
    int number = value.getType().getTensorType().getElemType();
    try {
      return DataType.ofOnnx(number);
    } catch (ModelLoadException e) {
      TensorProto.DataType name = TensorProto.DataType.forNumber(number);
      throw new ModelLoadException(
          "'%s' is of the type %s, which is not supported"
              .formatted(value.getName(), name == null ? number : name),
          e);
    }
  }

  /** Of what a node's own graph takes and gives the name alone counts: a file need not say more. */
  private static TensorInfo name(ValueInfoProto value) {
    return new TensorInfo(value.getName(), DataType.FLOAT32, List.of(), List.of());
  }

  static String domain(String domain) {
    return domain.equals("ai.onnx") ? "" : domain;
  }

  /** Orders the nodes, refusing cycles and values made twice. */
  private static List<Node> sort(
      List<Node> nodes, List<TensorInfo> inputs, Map<String, Tensor> constants) {
    Map<String, Integer> producers = new HashMap<>();
    Set<String> known = new HashSet<>(constants.keySet());
    for (TensorInfo input : inputs) {
      if (!known.add(input.name())) {
        throw new ModelLoadException("Input '" + input.name() + "' is given twice");
      }
    }
    for (int i = 0; i < nodes.size(); i++) {
      for (String output : nodes.get(i).outputs()) {
        if (!output.isEmpty() && (known.contains(output) || producers.put(output, i) != null)) {
          throw new ModelLoadException("Value '" + output + "' is made twice");
        }
      }
    }
    int[] missing = new int[nodes.size()];
    Map<String, List<Integer>> waiting = new HashMap<>();
    Deque<Integer> ready = new ArrayDeque<>();
    for (int i = 0; i < nodes.size(); i++) {
      for (String input : nodes.get(i).reads()) {
        if (!producers.containsKey(input)) {
          continue; // known, or of the graph around this one
        }
        missing[i]++;
        waiting.computeIfAbsent(input, key -> new ArrayList<>()).add(i);
      }
      if (missing[i] == 0) {
        ready.add(i);
      }
    }
    Map<Integer, Node> sorted = new LinkedHashMap<>();
    while (!ready.isEmpty()) {
      int next = ready.remove();
      sorted.put(next, nodes.get(next));
      for (String output : nodes.get(next).outputs()) {
        for (int user : waiting.getOrDefault(output, List.of())) {
          if (--missing[user] == 0) {
            ready.add(user);
          }
        }
      }
    }
    if (sorted.size() < nodes.size()) {
      String stuck =
          nodes.stream()
              .filter(node -> !sorted.containsValue(node))
              .map(Node::name)
              .findFirst()
              .get();
      throw new ModelLoadException("The graph has a cycle through node '" + stuck + "'");
    }
    return List.copyOf(sorted.values());
  }
}
