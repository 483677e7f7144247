package io.gpuinfer.samples.requests;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.gpuinfer.engine.InvalidInputException;
import java.util.Base64;

/**
 * One request, as a caller sends it.
 *
 * @param requestId the caller's number for it; the answer carries it back
 * @param requestType {@code text}, {@code image} or {@code video}
 * @param payload the text; or the file of the picture or clip, as bytes or as a Base64 string
 * @param vector whether the answer to a text is to hold the text's embedding; null for no
 * @param fps how many frames are read from each second of a clip; null for {@link #DEFAULT_FPS}
 */
public record UserRequest(
    @JsonProperty(required = true) int requestId,
    @JsonProperty(required = true) String requestType,
    Object payload,
    Boolean vector,
    Double fps) {

  /** Frames that are read from each second of a clip when the request does not say. */
  public static final double DEFAULT_FPS = 1;

  public static UserRequest ofText(int requestId, String text) {
    return new UserRequest(requestId, "text", text, null, null);
  }

  public static UserRequest ofImage(int requestId, byte[] file) {
    return new UserRequest(requestId, "image", file, null, null);
  }

  public static UserRequest ofVideo(int requestId, byte[] file, double fps) {
    return new UserRequest(requestId, "video", file, null, fps);
  }

  /** The same request with a file that came beside it. */
  public UserRequest withPayload(byte[] file) {
    return new UserRequest(requestId, requestType, file, vector, fps);
  }

  /**
   * The payload of a text request.
   *
   * @throws InvalidInputException when there is none
   */
  public String text() {
    if (payload instanceof String text && !text.isBlank()) {
      return text;
    }
    throw new InvalidInputException("A text request needs a text that is not blank in 'payload'");
  }

  /**
   * The payload of an image or video request.
   *
   * @throws InvalidInputException when there is none, or it is not Base64
   */
  public byte[] file() {
    if (payload instanceof byte[] bytes && bytes.length > 0) {
      return bytes;
    }
    if (payload instanceof String text && !text.isBlank()) {
      try {
        return Base64.getDecoder().decode(text);
      } catch (IllegalArgumentException e) {
        throw new InvalidInputException("'payload' is not Base64: " + e.getMessage(), e);
      }
    }
    throw new InvalidInputException(
        "A request of type '%s' needs a file in Base64 in 'payload'".formatted(requestType));
  }
}
