package io.gpuinfer.tasks.tensor;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.engine.Tensor;
import java.io.IOException;
import java.util.Map;

/**
 * The data of one tensor in a request of the Open Inference Protocol: flat, or nested as its shape
 * is.
 */
final class OpenInferenceData {

  /** What JSON has no numbers for. */
  private static final Map<String, Double> WORDS =
      Map.of(
          "NaN",
          Double.NaN,
          "Infinity",
          Double.POSITIVE_INFINITY,
          "-Infinity",
          Double.NEGATIVE_INFINITY);

  private final OpenInferenceType type;
  private final long[] shape;
  private final TensorBuilder tensor;

  OpenInferenceData(OpenInferenceType type, int size, long... shape) {
    this.type = type;
    this.shape = shape.clone();
    this.tensor = new TensorBuilder(type.held(), size);
  }

  /** Reads an array whose opening bracket is the parser's current token. */
  Tensor read(JsonParser json) throws IOException {
    if (json.currentToken() != JsonToken.START_ARRAY) {
      throw new InvalidInputException("'data' must be an array");
    }
    if (json.nextToken() == JsonToken.START_ARRAY) {
      if (shape.length == 0) {
        throw new InvalidInputException("The data are nested, but the shape has no axis");
      }
      nested(json, 0);
    } else {
      while (json.currentToken() != JsonToken.END_ARRAY) {
        add(json);
        json.nextToken();
      }
    }
    return tensor.build(shape);
  }

  /** Reads an array along an axis, from its first element to its end. */
  private void nested(JsonParser json, int axis) throws IOException {
    long extent = 0;
    while (json.currentToken() != JsonToken.END_ARRAY) {
      if (axis == shape.length - 1) {
        add(json);
      } else if (json.currentToken() == JsonToken.START_ARRAY) {
        json.nextToken();
        nested(json, axis + 1);
      } else {
        throw new InvalidInputException("The data are not nested as deep as the shape is");
      }
      json.nextToken();
      extent++;
    }
    if (extent != shape[axis]) {
      throw new InvalidInputException(
          "An array along axis %d of the data has %d elements, but the shape says %d"
              .formatted(axis, extent, shape[axis]));
    }
  }

  private void add(JsonParser json) throws IOException {
    switch (json.currentToken()) {
      case VALUE_NUMBER_INT -> {
        if (type.held().isFloat()) {
          addNumber(json);
        } else {
          addWhole(json.getLongValue());
        }
      }
      case VALUE_NUMBER_FLOAT -> addNumber(json);
      case VALUE_TRUE, VALUE_FALSE -> {
        if (type != OpenInferenceType.BOOL) {
          throw refused(json);
        }
        tensor.add(json.getBooleanValue() ? 1L : 0L);
      }
      case VALUE_STRING -> {
        Double word = WORDS.get(json.getText());
        if (word == null) {
          throw refused(json);
        }
        tensor.add(word);
      }
      default -> throw refused(json);
    }
  }

  private void addNumber(JsonParser json) throws IOException {
    double value = json.getDoubleValue();
    if (Double.isInfinite(value) && !WORDS.containsKey(json.getText())) {
      throw refused(json);
    }
    if (type.held().isFloat()) {
      tensor.add(value);
    } else if (value == Math.rint(value) && Math.abs(value) < 0x1p63) {
      addWhole((long) value);
    } else {
      throw refused(json);
    }
  }

  private void addWhole(long value) {
    if (!type.holds(value)) {
      throw new InvalidInputException("%d is no number of type %s".formatted(value, type));
    }
    tensor.add(value);
  }

  private InvalidInputException refused(JsonParser json) throws IOException {
    String text = json.getText();
    return new InvalidInputException(
        "%s is no element of type %s"
            .formatted(text.substring(0, Math.min(40, text.length())), type));
  }
}
