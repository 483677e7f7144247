"""Writes the arrays that the tests read, with NumPy itself."""
import numpy as np

signed = np.array([[0, 1, -2], [3, 100, -5]])
for code in ["f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8"]:
    values = signed
    if code[0] == "f":
        values = signed + 0.5
    if code[0] == "u":
        values = np.array([[0, 1, 2], [3, 100, min(np.iinfo(code).max, 2**63 - 1)]], dtype=code)
    for order, sign in [("little", "<"), ("big", ">")]:
        if code[1] != "1" or order == "little":
            np.save(f"{code}-{order}", values.astype(sign + code))
np.save("bool", np.array([[True, False, True], [False, False, True]]))

cube = np.arange(24, dtype="<f4").reshape(2, 3, 4)
np.save("rows", cube)
np.save("columns", np.asfortranarray(cube))
np.save("columns-big", np.asfortranarray(cube.astype(">i2")))
np.save("scalar", np.float32(7.5))
np.save("vector", np.arange(5, dtype="<i8"))
np.save("empty", np.zeros((0, 3), dtype="<f4"))
np.save("special", np.array([np.nan, np.inf, -np.inf, -0.0], dtype="<f4"))
for version in [(2, 0), (3, 0)]:
    with open(f"version-{version[0]}.npy", "wb") as file:
        np.lib.format.write_array(file, cube[0], version=version)

np.savez("plain", x=cube[0, :2, :3], mask=np.array([True, False]))
np.savez_compressed("compressed", x=cube[0, :2, :3], mask=np.array([True, False]))

np.save("refused-object", np.array([{"a": 1}, None], dtype=object), allow_pickle=True)
np.save("refused-text", np.array(["a", "bc"]))
np.save("refused-complex", np.array([1 + 2j]))
np.save("refused-structure", np.array([(1, 2.0)], dtype=[("a", "<i4"), ("b", "<f8")]))
np.save("refused-large", np.array([2**63], dtype="<u8"))
