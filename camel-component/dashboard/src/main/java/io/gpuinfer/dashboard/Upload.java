package io.gpuinfer.dashboard;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.springframework.http.MediaType;
import org.springframework.web.servlet.function.ServerRequest;

/**
 * What a user sends to a model, by hand.
 *
 * @param kind what it is
 * @param name what the user's file is called; it is told back, and leads to no file here
 * @param bytes the file, or the text
 */
record Upload(Accepted kind, String name, byte[] bytes) {

  private static final int MOST_TEXT_BYTES = 1 << 20;
  private static final int MOST_FILE_BYTES = 32 << 20;
  private static final int LONGEST_NAME = 200;

  /**
   * Reads the body of a request, no further than it may be long.
   *
   * @param accepted what the model takes
   * @throws Refusal when it is of another type, empty or too long
   */
  static Upload read(ServerRequest request, List<Accepted> accepted) {
    MediaType type = request.headers().contentType().orElse(MediaType.APPLICATION_OCTET_STREAM);
    Accepted kind = kind(type, accepted);
    int most = kind == Accepted.TEXT || kind == Accepted.JSON ? MOST_TEXT_BYTES : MOST_FILE_BYTES;
    byte[] bytes = Body.read(request, most, kind.title());
    if (bytes.length == 0) {
      throw Refusal.badRequest("The body is empty; send a text or a file");
    }
    String name = request.param("name").orElse("");
    return new Upload(kind, name.substring(0, Math.min(name.length(), LONGEST_NAME)), bytes);
  }

  String text() {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static Accepted kind(MediaType type, List<Accepted> accepted) {
    Accepted kind =
        switch (type.getType().toLowerCase(Locale.ROOT)) {
          case "text" -> Accepted.TEXT;
          case "image" -> Accepted.PICTURE;
          case "video" -> Accepted.CLIP;
          default -> ofApplication(type, accepted);
        };
    if (!accepted.contains(kind)) {
      throw Refusal.unsupported(
          "The model takes %s, and %s is none of it"
              .formatted(accepted.stream().map(Accepted::title).toList(), type));
    }
    return kind;
  }

  /**
   * Browsers do not know the type of each file, so that a file without one may be what is taken.
   */
  private static Accepted ofApplication(MediaType type, List<Accepted> accepted) {
    if (MediaType.APPLICATION_JSON.equalsTypeAndSubtype(type)) {
      return Accepted.JSON;
    }
    if (MediaType.APPLICATION_OCTET_STREAM.equalsTypeAndSubtype(type) && !accepted.isEmpty()) {
      return accepted.get(0);
    }
    throw Refusal.unsupported(
        "%s is not taken; send text/plain, application/json, a picture or a clip".formatted(type));
  }
}
