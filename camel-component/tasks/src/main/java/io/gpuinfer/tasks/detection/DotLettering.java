package io.gpuinfer.tasks.detection;

import java.awt.Graphics2D;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Writes in letters of 5 × 7 dots, as the first printers and displays did. A bare JDK can draw no
 * text: its fonts need fontconfig and files on the machine. There are capitals, digits and a few
 * signs; anything else is a frame.
 */
final class DotLettering {

  /** Rows of dots from one line's top to its bottom. */
  static final int HEIGHT = 7;

  /** Columns of dots from one letter's start to the next one's. */
  static final int ADVANCE = 6;

  private static final int WIDTH = 5;

  /** A letter, then its rows from the top, each as two hexadecimal digits with a bit for a dot. */
  private static final String[] LETTERS = {
    "A0E11111F111111", "B1E11111E11111E", "C0E11101010110E", "D1E11111111111E",
    "E1F10101E10101F", "F1F10101E101010", "G0E11101711110F", "H1111111F111111",
    "I0E04040404040E", "J0702020202120C", "K11121418141211", "L1010101010101F",
    "M111B1515111111", "N11111915131111", "O0E11111111110E", "P1E11111E101010",
    "Q0E11111115120D", "R1E11111E141211", "S0F10100E01011E", "T1F040404040404",
    "U1111111111110E", "V11111111110A04", "W1111111515150A", "X11110A040A1111",
    "Y1111110A040404", "Z1F01020408101F", "00E11131519110E", "1040C040404040E",
    "20E11010204081F", "31F02040201110E", "402060A121F0202", "51F101E0101110E",
    "60608101E11110E", "71F010204080808", "80E11110E11110E", "90E11110F01020C",
    ".00000000000C0C", ",00000000060204", ":000C0C000C0C00", "-0000001F000000",
    "_0000000000001F", "'06020400000000", "/00010204081000", "%18190204081303",
    "(02040808080402", ")08040202020408", "&0814140815120D", "+0004041F040400",
    " 00000000000000"
  };

  private static final long[] FRAME = {0x1F, 0x11, 0x11, 0x11, 0x11, 0x11, 0x1F};

  private static final Map<Character, long[]> ROWS = rows();

  private DotLettering() {}

  private static Map<Character, long[]> rows() {
    Map<Character, long[]> rows = new HashMap<>();
    for (String letter : LETTERS) {
      long[] dots = new long[HEIGHT];
      for (int row = 0; row < HEIGHT; row++) {
        dots[row] = Long.parseLong(letter, 1 + 2 * row, 3 + 2 * row, 16);
      }
      rows.put(letter.charAt(0), dots);
    }
    return rows;
  }

  /** Columns of dots that a text takes. */
  static int width(String text) {
    return Math.max(0, text.length() * ADVANCE - 1);
  }

  /**
   * Writes a text.
   *
   * @param left of the first dot
   * @param top of the first dot
   * @param dot its side, in pixels
   */
  static void write(Graphics2D graphics, String text, int left, int top, int dot) {
    String capitals = text.toUpperCase(Locale.ROOT);
    for (int i = 0; i < capitals.length(); i++) {
      long[] rows = ROWS.getOrDefault(capitals.charAt(i), FRAME);
      for (int row = 0; row < HEIGHT; row++) {
        for (int column = 0; column < WIDTH; column++) {
          if ((rows[row] >> (WIDTH - 1 - column) & 1) == 1) {
            graphics.fillRect(left + (i * ADVANCE + column) * dot, top + row * dot, dot, dot);
          }
        }
      }
    }
  }
}
