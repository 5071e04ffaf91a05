"""Serving: a bundle answers over HTTP. On the way of a request: decode → read → run → encode, and nothing else.

Light on purpose: nothing that trains is imported here, so a server starts with NumPy, ONNX Runtime and an ASGI server.
"""
