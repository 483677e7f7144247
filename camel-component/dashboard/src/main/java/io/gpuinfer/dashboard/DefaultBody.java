package io.gpuinfer.dashboard;

import io.gpuinfer.component.ServedModel;
import java.util.List;
import java.util.Optional;

/** What a model is sent to see how much of it it can do, where the user has nothing to send. */
final class DefaultBody {

  private static final List<String> TEXTS =
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
    return accepted.contains(Accepted.TEXT) ? Optional.of(List.copyOf(TEXTS)) : Optional.empty();
  }
}
