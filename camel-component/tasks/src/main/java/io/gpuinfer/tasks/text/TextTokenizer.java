package io.gpuinfer.tasks.text;

import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.engine.ModelLoadException;
import io.gpuinfer.engine.ModelSource;
import io.gpuinfer.tasks.Settings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * Cuts texts into the word pieces of a {@code tokenizer.json}, as rows that the model takes.
 *
 * <p>Padding and truncation that the file may bring are left out of account: {@link PaddedLength}
 * and the settings decide. A surrogate without its other half counts as U+FFFD, as where UTF-8 is
 * decoded.
 */
public final class TextTokenizer implements AutoCloseable {

  private static final String MAX_TOKENS = "limits.maxTokens";
  private static final String LONG_TEXTS = "longTexts";
  private static final String OVERLAP = "windowOverlap";
  private static final int USUAL_OVERLAP = 32;

  /** The settings that it is made by. */
  static final List<String> SETTINGS = List.of(MAX_TOKENS, LONG_TEXTS, OVERLAP);

  private final NativeTokenizer tokenizer;
  private final String name;
  private final Template single;
  private final Template pair;
  private final long lastId;
  private final LongTexts longTexts;
  private final int maxTokens;
  private final int room;
  private final int overlap;

  /**
   * Reads a tokenizer.
   *
   * @throws ModelLoadException when the file is none, or a setting does not fit it
   */
  TextTokenizer(ModelSource source, Settings settings) {
    this.name = source.name();
    this.longTexts = settings.choice(LONG_TEXTS, LongTexts.TRUNCATE);
    this.maxTokens = settings.integer(MAX_TOKENS, 512, 8, 1 << 16);
    byte[] file = TokenizerFile.read(source);
    this.lastId = TokenizerFile.lastId(file, name);
    // One piece more than fits, so that it shows that there is more.
    this.tokenizer =
        NativeTokenizer.open(file, name, longTexts == LongTexts.WINDOW ? 0 : maxTokens + 1);
    try {
      this.single = Template.of(tokenizer.example("a"));
      this.pair = Template.of(tokenizer.example("a", "b"));
      this.room = maxTokens - single.size();
      int mostOverlap = room / 2;
      this.overlap =
          settings.integer(OVERLAP, Math.min(USUAL_OVERLAP, mostOverlap), 0, mostOverlap);
    } catch (RuntimeException | Error e) {
      tokenizer.close();
      throw e;
    }
  }

  /**
   * The row of a text, or the rows of its windows.
   *
   * @throws InvalidInputException when it is too long, and such texts are refused
   */
  public List<TokenizedText> rows(String text) {
    long[] pieces = pieces(text);
    if (!usesWindows() || pieces.length <= room) {
      return List.of(single.around(cut(pieces, room), pieces.length > room));
    }
    List<TokenizedText> windows = new ArrayList<>();
    int to = 0;
    for (int from = 0; to < pieces.length; from += room - overlap) {
      to = Math.min(pieces.length, from + room);
      windows.add(single.around(Arrays.copyOfRange(pieces, from, to), false));
    }
    return windows;
  }

  /**
   * The rows of one text with others, which is read once for all of them. Where two are too long
   * together the second is cut, and the first only as far as it is over half of the row.
   *
   * @return gives the row with a second text; it throws an {@link InvalidInputException} when they
   *     are too long, and such texts are refused
   */
  public Function<String, TokenizedText> pairsWith(String first) {
    long[] firstPieces = pieces(first);
    return second -> pair(firstPieces, pieces(second));
  }

  /** Whether long texts become several rows. */
  public boolean usesWindows() {
    return longTexts == LongTexts.WINDOW;
  }

  /**
   * For a task that makes nothing of windows.
   *
   * @throws ModelLoadException when the settings ask for them
   */
  public void requireOneRow(Settings settings) {
    if (usesWindows()) {
      throw settings.wrong(LONG_TEXTS, "truncate or refuse, with such a model");
    }
  }

  /** The longest row. */
  int maxTokens() {
    return maxTokens;
  }

  /** A row with the piece of the highest number, which the table of another model may not have. */
  TokenizedText lastPiece() {
    return single.around(new long[] {lastId}, false);
  }

  @Override
  public String toString() {
    return "%s, whose pieces are numbered to %d".formatted(name, lastId);
  }

  @Override
  public void close() {
    tokenizer.close();
  }

  private TokenizedText pair(long[] first, long[] second) {
    int pairRoom = maxTokens - pair.size();
    boolean truncated = first.length + second.length > pairRoom;
    int secondRoom = Math.min(second.length, pairRoom - pairRoom / 2);
    long[] firstCut = truncated ? cut(first, Math.max(pairRoom / 2, pairRoom - secondRoom)) : first;
    return pair.around(firstCut, cut(second, pairRoom - firstCut.length), truncated);
  }

  private long[] pieces(String text) {
    return tokenizer.pieces(wellFormed(text));
  }

  private long[] cut(long[] pieces, int most) {
    if (pieces.length <= most) {
      return pieces;
    }
    if (longTexts == LongTexts.REFUSE) {
      throw new InvalidInputException(
          "A text has over %d tokens, more than the model takes; %s sets how many, and %s what becomes of it"
              .formatted(most, MAX_TOKENS, LONG_TEXTS));
    }
    return Arrays.copyOf(pieces, most);
  }

  private static String wellFormed(String text) {
    StringBuilder repaired = null;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isHighSurrogate(c)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        i++;
      } else if (Character.isSurrogate(c)) {
        repaired = repaired == null ? new StringBuilder(text) : repaired;
        repaired.setCharAt(i, '\uFFFD');
      }
    }
    return repaired == null ? text : repaired.toString();
  }
}
