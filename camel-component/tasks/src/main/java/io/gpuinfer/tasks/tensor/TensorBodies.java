package io.gpuinfer.tasks.tensor;

import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.engine.TensorInfo;
import io.gpuinfer.tasks.Bodies;
import io.gpuinfer.tasks.Content;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads what a body may be.
 *
 * @param inputs of the model
 * @param maxBytes that the tensors of a file or a text may take
 */
record TensorBodies(List<TensorInfo> inputs, long maxBytes) {

  /**
   * The bodies of a message: a list is one body when it is of numbers or of lists of them.
   *
   * @throws InvalidInputException when the list is empty, which may be either
   */
  static Bodies split(Object body) {
    Bodies bodies = Bodies.of(body, "tensor");
    Object first = bodies.each().get(0);
    boolean numbers =
        first instanceof Number
            || first instanceof Boolean
            || (first instanceof List<?> inner && PlainNumbers.are(inner));
    return bodies.list() && numbers ? new Bodies(List.of(body), false) : bodies;
  }

  /**
   * Reads one body.
   *
   * @throws InvalidInputException when it is nothing that tensors come in, or does not fit the
   *     model's inputs
   */
  TensorRequest read(Object body) {
    if (body instanceof byte[] file) {
      return file(file);
    }
    if (body instanceof String text) {
      return json(text.getBytes(StandardCharsets.UTF_8));
    }
    if (body instanceof OpenInferenceRequest request) {
      return request(request);
    }
    return TensorRequest.of(TensorFormat.TENSOR, objects(body));
  }

  private TensorRequest file(byte[] file) {
    if (NpyFormat.recognises(file)) {
      Tensor array = NpyFormat.read(file, maxBytes);
      return TensorRequest.of(TensorFormat.NPY, Map.of(only("one NumPy array").name(), array));
    }
    if (NpzFormat.recognises(file)) {
      return TensorRequest.of(TensorFormat.NPZ, known(NpzFormat.read(file, maxBytes)));
    }
    return json(file);
  }

  private TensorRequest json(byte[] text) {
    int first = 0;
    while (first < text.length && Character.isWhitespace(text[first])) {
      first++;
    }
    if (first == text.length || text[first] != '{') {
      throw new InvalidInputException(
          "The body is neither a NumPy file (.npy, .npz) nor a request of the Open Inference"
              + " Protocol, which is a JSON object");
    }
    return request(OpenInferenceRequest.read(text, maxBytes));
  }

  private TensorRequest request(OpenInferenceRequest request) {
    return new TensorRequest(
        TensorFormat.JSON, request.id(), known(request.inputs()), request.outputs());
  }

  private Map<String, Tensor> objects(Object body) {
    if (body instanceof Map<?, ?> named) {
      return named(named);
    }
    if (body instanceof Tensor tensor) {
      return Map.of(only("a tensor").name(), tensor);
    }
    if (PlainNumbers.are(body)) {
      TensorInfo input = only(Content.nameOf(body));
      return Map.of(input.name(), PlainNumbers.tensor(input, body));
    }
    throw new InvalidInputException(
        "A tensor task takes tensors or numbers, maps of them by name, NumPy files, or JSON of the"
            + " Open Inference Protocol, not "
            + Content.nameOf(body));
  }

  private Map<String, Tensor> named(Map<?, ?> body) {
    Map<String, Tensor> tensors = new HashMap<>();
    body.forEach(
        (name, value) -> {
          TensorInfo input = named(name);
          if (value instanceof Tensor tensor) {
            tensors.put(input.name(), tensor);
          } else if (PlainNumbers.are(value)) {
            tensors.put(input.name(), PlainNumbers.tensor(input, value));
          } else {
            throw new InvalidInputException(
                "The map must hold tensors or numbers by name, but holds %s under %s"
                    .formatted(Content.nameOf(value), name));
          }
        });
    return tensors;
  }

  private Map<String, Tensor> known(Map<String, Tensor> tensors) {
    tensors.keySet().forEach(this::named);
    return tensors;
  }

  private TensorInfo named(Object name) {
    return inputs.stream()
        .filter(input -> input.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new InvalidInputException(
                    "The model has no input '%s'; it has %s".formatted(name, names())));
  }

  private TensorInfo only(String sent) {
    if (inputs.size() != 1) {
      throw new InvalidInputException(
          "The model has %d inputs (%s): send tensors by name, not %s"
              .formatted(inputs.size(), names(), sent));
    }
    return inputs.get(0);
  }

  private List<String> names() {
    return inputs.stream().map(TensorInfo::name).toList();
  }
}
