package io.gpuinfer.dashboard;

import io.gpuinfer.component.ServedModel;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;

/** What a model is sent to see how much of it it can do, where the user has nothing to send. */
final class DefaultBody {

  /** A photograph of a sign, drawn by the sample application. */
  private static final String PICTURE = "street-sign.jpg";

  private static final List<Object> TEXTS =
      List.of(
          "Where is the package I ordered?",
          "The train to the coast leaves at a quarter past nine, from the platform behind the"
              + " hall.",
          "How do I change the address on an invoice that I have paid already?",
          "Rain is expected in the north.");

  private DefaultBody() {}

  /** Bodies to be sent in turn; empty where there are none for what the model takes. */
  static Optional<List<Object>> of(ServedModel model) {
    List<Accepted> accepted = Accepted.by(model);
    if (accepted.contains(Accepted.TEXT)) {
      return Optional.of(TEXTS);
    }
    return accepted.contains(Accepted.PICTURE) ? Optional.of(List.of(picture())) : Optional.empty();
  }

  private static byte[] picture() {
    try (InputStream file = DefaultBody.class.getResourceAsStream(PICTURE)) {
      return file.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
