package io.gpuinfer.tasks.text;

/**
 * A text, or a pair of them, as the model reads it.
 *
 * @param ids numbers of the word pieces, with the special ones around them
 * @param typeIds which of two texts each belongs to
 * @param truncated whether the text was longer than the model takes and was cut
 */
public record TokenizedText(long[] ids, long[] typeIds, boolean truncated) {

  public int length() {
    return ids.length;
  }
}
