package io.gpuinfer.tasks.detection;

import io.gpuinfer.engine.TensorInfo;
import io.gpuinfer.tasks.image.Preset;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The head that a model's input and outputs tell.
 *
 * @param name as the setting {@code head} names it
 * @param preset how pictures become its input where nothing else is set
 */
public record RecognisedHead(String name, Preset preset) {

  /**
   * Looks at a model that is not loaded.
   *
   * @param input its only one, for a picture
   * @return empty when it does not detect, or by no head that is known
   */
  public static Optional<RecognisedHead> of(TensorInfo input, List<TensorInfo> outputs) {
    return HeadType.recognised(ModelOutputs.of("", input, outputs, Head.UNKNOWN))
        .map(
            type ->
                new RecognisedHead(type.name().toLowerCase(Locale.ROOT), type.defaults().preset()));
  }
}
